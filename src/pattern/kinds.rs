//! The characters that have a name, as PCRE2 has them without its option `UCP`.

use super::node::{Kind, Names};

type Ranges = &'static [(char, char)];

const DIGIT: Ranges = &[('0', '9')];
const WORD: Ranges = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
const SPACE: Ranges = &[('\t', '\r'), (' ', ' ')];
const HORIZONTAL: Ranges = &[
    ('\t', '\t'),
    (' ', ' '),
    ('\u{A0}', '\u{A0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{2000}', '\u{200A}'),
    ('\u{202F}', '\u{202F}'),
    ('\u{205F}', '\u{205F}'),
    ('\u{3000}', '\u{3000}'),
];
const VERTICAL: Ranges = &[('\n', '\r'), ('\u{85}', '\u{85}'), ('\u{2028}', '\u{2029}')];
const ALPHA: Ranges = &[('A', 'Z'), ('a', 'z')];

/// Names within `[:…:]`.
const POSIX: [(&str, Ranges); 14] = [
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", ALPHA),
    ("ascii", &[('\0', '\x7F')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\x1F'), ('\x7F', '\x7F')]),
    ("digit", DIGIT),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", SPACE),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// General categories, but for those that depend on case.
// WHY: `L&` is not here, as newer tables name it otherwise, and it is seldom asked for.
const CATEGORIES: [&str; 35] = [
    "C", "Cc", "Cf", "Cn", "Co", "L", "Lm", "Lo", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
    "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp",
    "Zs", "Any", "Cs",
];

impl Kind {
    fn of(ranges: Ranges, negated: bool, of: Names) -> Kind {
        Kind {
            ranges,
            category: "",
            negated,
            of,
        }
    }

    /// All characters.
    pub(super) fn any() -> Kind {
        Kind::of(&[], true, Names::Unicode)
    }

    /// All but `\n`.
    pub(super) fn not_newline() -> Kind {
        Kind::of(&[('\n', '\n')], true, Names::Unicode)
    }

    /// What a letter behind a backslash means.
    pub(super) fn of_letter(letter: char) -> Option<Kind> {
        let (ranges, of) = match letter.to_ascii_lowercase() {
            'd' => (DIGIT, Names::Ascii),
            'w' => (WORD, Names::Ascii),
            's' => (SPACE, Names::Ascii),
            'h' => (HORIZONTAL, Names::Unicode),
            'v' => (VERTICAL, Names::Unicode),
            _ => return None,
        };
        Some(Kind::of(ranges, letter.is_ascii_uppercase(), of))
    }

    /// What a name within `[:…:]` means.
    pub(super) fn of_posix(name: &str, negated: bool, fold: bool) -> Option<Kind> {
        let name = match name {
            // As PCRE2 reads them.
            "lower" | "upper" if fold => "alpha",
            _ => name,
        };
        let (_, ranges) = POSIX.iter().find(|(known, _)| *known == name)?;
        Some(Kind::of(ranges, negated, Names::Posix))
    }

    /// What a name within `\p{…}` means.
    pub(super) fn of_category(name: &str, negated: bool) -> Option<Kind> {
        let category = CATEGORIES.iter().find(|known| **known == name)?;
        Some(match *category {
            "Any" => Kind::of(&[], !negated, Names::Categories),
            // No text has halves of surrogate pairs.
            "Cs" => Kind::of(&[], negated, Names::Categories),
            _ => Kind {
                ranges: &[],
                category,
                negated,
                of: Names::Categories,
            },
        })
    }
}
