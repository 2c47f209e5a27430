//! How a CSV is written, as its first row shows.

use super::names;

/// What stands between two fields.
const DELIMITERS: [u8; 3] = *b",;\t";

/// The delimiter of the first row, or of what has come of it; whether the row names a column that
/// means something to Braze; and how many fields it has.
///
/// That is the delimiter with which the most such columns are named; of several the one that comes most
/// often, and of those the first of `,` `;` and the tab.
pub(crate) fn sniff(row: &[u8]) -> (u8, bool, u32) {
    let mut best = (0, 0, DELIMITERS[0]);
    for delimiter in DELIMITERS {
        let (mut known, mut fields) = (0, 0);
        let mut quoted = false;
        let is_end = |&byte: &u8| {
            quoted ^= byte == b'"';
            byte == delimiter && !quoted
        };
        for field in row.split(is_end) {
            let field = field.strip_prefix(b"\"").unwrap_or(field);
            let field = field.strip_suffix(b"\"").unwrap_or(field);
            known += u32::from(names::is_known(field));
            fields += 1;
        }
        if (known, fields) > (best.0, best.1) {
            best = (known, fields, delimiter);
        }
    }
    (best.2, best.0 > 0, best.1)
}

#[cfg(test)]
mod tests {
    use super::sniff;

    #[test]
    fn the_header_shows_the_delimiter() {
        for (row, delimiter, is_csv, fields) in [
            ("external_id,email", b',', true, 2),
            ("external_id;a,b,c,d;email", b';', true, 3),
            ("\"external_id\"\t\"a;b\"", b'\t', true, 2),
            ("external_id", b',', true, 1),
            ("a;b;c", b';', false, 3),
            ("nothing", b',', false, 1),
            ("", b',', false, 1),
        ] {
            assert_eq!(sniff(row.as_bytes()), (delimiter, is_csv, fields), "{row}");
        }
    }
}
