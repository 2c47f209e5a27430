//! SipHash-1-3 in a fifth of foldhash's code, for the edge module: there whole texts are hashed only
//! where a plan has conflicts to find, an object has many unknown keys, or somebody attacks.
//!
//! **Source**: Aumasson and Bernstein, "SipHash: a fast short-input PRF"; with one and three rounds
//! it is what Rust's own `HashMap` uses.

/// The hash of a text under a key of two words.
pub(super) fn hash(key: [u64; 2], text: &[u8]) -> u64 {
    let [k0, k1] = key;
    let mut state = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let (words, tail) = text.as_chunks();
    let tail = tail.iter().rev();
    let last = tail.fold(0, |word, &byte| word << 8 | u64::from(byte));
    let last = last | (text.len() as u64) << 56;
    for word in words
        .iter()
        .map(|&word| u64::from_le_bytes(word))
        .chain([last])
    {
        state[3] ^= word;
        round(&mut state);
        state[0] ^= word;
    }
    state[2] ^= 0xFF;
    for _ in 0..3 {
        round(&mut state);
    }
    let [a, b, c, d] = state;
    a ^ b ^ c ^ d
}

#[inline(never)]
fn round(state: &mut [u64; 4]) {
    let [mut a, mut b, mut c, mut d] = *state;
    a = a.wrapping_add(b);
    b = b.rotate_left(13) ^ a;
    a = a.rotate_left(32);
    c = c.wrapping_add(d);
    d = d.rotate_left(16) ^ c;
    a = a.wrapping_add(d);
    d = d.rotate_left(21) ^ a;
    c = c.wrapping_add(b);
    b = b.rotate_left(17) ^ c;
    c = c.rotate_left(32);
    *state = [a, b, c, d];
}

#[cfg(test)]
mod tests {
    use core::hash::Hasher;
    use std::collections::hash_map::DefaultHasher;
    use std::vec::Vec;

    #[test]
    fn it_hashes_as_the_standard_library_does() {
        let text: Vec<u8> = (0..=255).collect();
        for len in 0..text.len() {
            let mut hasher = DefaultHasher::new();
            hasher.write(&text[..len]);
            assert_eq!(super::hash([0, 0], &text[..len]), hasher.finish());
        }
    }

    #[test]
    fn every_bit_of_the_key_counts() {
        let plain = super::hash([0, 0], b"ada");
        for bit in 0..128 {
            let key = 1u128 << bit;
            assert_ne!(super::hash([key as u64, (key >> 64) as u64], b"ada"), plain);
        }
    }
}
