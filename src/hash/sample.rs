//! The unseeded look at a text, for a first search for repeats.

/// A quick look at a text: at its length, and at its first, middle and last eight bytes. `start` is
/// the kind of text, or the look at what belongs to it.
///
/// It is half the cost of a hash and as good for texts that nobody chose. It has no secret, so that
/// a first check waits for no random bits, which take Node milliseconds; texts that look alike are
/// easily made. Who uses it must count the steps ([`Table::insert_all`](super::Table::insert_all)) and fall back on a hash.
// Tried besides, over bodies of 42 KB: foldhash over the same bytes (0.93 times as fast for the whole
// check), whole texts by foldhash (0.8 times).
#[inline(always)]
pub(crate) fn sample(start: u32, text: &[u8]) -> u32 {
    let middle = (text.len() / 2).wrapping_sub(4);
    let (first, middle, last) = match (
        text.first_chunk(),
        text.get(middle..).and_then(<[u8]>::first_chunk),
        text.last_chunk(),
    ) {
        (Some(&first), Some(&middle), Some(&last)) => (
            u64::from_le_bytes(first),
            u64::from_le_bytes(middle),
            u64::from_le_bytes(last),
        ),
        _ => (short(text), 0, 0),
    };
    // Odd numbers without a pattern: digits of the golden ratio and of the root of 3. Only the upper
    // bits of a product depend on all bits of what was multiplied, so they are folded onto the lower
    // ones each time: ids mostly differ in their last bytes, which are the uppermost here.
    let start = u64::from(start) ^ (text.len() as u64) << 32;
    let mixed = fold(
        first ^ middle.rotate_left(27) ^ start,
        0x9E37_79B9_7F4A_7C15,
    );
    let mixed = fold(mixed ^ last, 0xBB67_AE85_84CA_A73B);
    // 0 is left for what is no text.
    (fold(mixed, 0x9E37_79B9_7F4A_7C15) as u32).max(1)
}

#[inline(always)]
const fn fold(word: u64, factor: u64) -> u64 {
    let product = word.wrapping_mul(factor);
    product ^ product >> 32
}

/// Up to seven bytes in one number.
#[inline(never)]
fn short(text: &[u8]) -> u64 {
    text.iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use crate::hash::{Table, sample};
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    #[test]
    fn ids_as_people_make_them_take_few_steps() {
        let digits =
            |n: u64| 10_000_000_000 + n.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 80_000_000_000;
        let makers: [&dyn Fn(u64) -> String; 7] = [
            &|n| format!("{n}"),
            &|n| format!("{n:08}"),
            &|n| format!("user-{n}"),
            &|n| format!("user-{n:06}@example.com"),
            &|n| format!("{n:04}-customer"),
            &|n| format!("{}", digits(n)),
            &|n| format!("{:016x}{:016x}", digits(n), digits(n ^ 77)),
        ];
        for make in makers {
            let looks: Vec<u32> = (0..1000).map(|n| sample(1, make(n).as_bytes())).collect();
            let mut table = Table::default();
            table.reset(looks.len());
            let mut steps = 0;
            while table.insert_all(&looks, steps, |_, _| false).is_none() {
                steps += 10;
                table.reset(looks.len());
            }
            assert!(steps <= 300, "{}: {steps}", make(7));
        }
    }
}
