// Random numbers and ids from a seed, so that every run of a bench meets the same input.

/** The seed of all corpora; the header of every report names it. */
export const SEED = 0x6b6f686f;

/** Numbers below 2^32, one after the other (sfc32). */
export function randomNumbers(seed) {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let count = 1;
  const next = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let skipped = 0; skipped < 16; skipped++) next();
  return next;
}

/** A number in 0..limit. */
export function below(next, limit) {
  return Math.floor((next() / 0x1_0000_0000) * limit);
}

/** Shuffles in place. */
export function shuffle(items, next) {
  for (let last = items.length - 1; last > 0; last--) {
    const other = below(next, last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
  return items;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A UUID of version 4. */
export function uuid(next) {
  return written(next(), next(), next(), next());
}

/**
 * The UUID with this number, the same whenever it is asked for, and no two alike: a million of them
 * need not be kept.
 */
export function uuidAt(stream, index) {
  const high = mixed(index ^ mixed(stream ^ SEED));
  // WHY: the index itself, spread by an invertible step, is what makes two of them differ.
  return written(mixed(index + 1), high, mixed(high + index), mixed(high ^ stream));
}

function written(a, b, c, d) {
  return (
    `${octets(a)}-${HEX[b >>> 24]}${HEX[(b >>> 16) & 255]}-${HEX[((b >>> 8) & 15) | 64]}${HEX[b & 255]}` +
    `-${HEX[((c >>> 24) & 63) | 128]}${HEX[(c >>> 16) & 255]}-${HEX[(c >>> 8) & 255]}${HEX[c & 255]}${octets(d)}`
  );
}

function octets(word) {
  return HEX[word >>> 24] + HEX[(word >>> 16) & 255] + HEX[(word >>> 8) & 255] + HEX[word & 255];
}

// An invertible step of 32 bits (MurmurHash3's last one).
function mixed(word) {
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return (word ^ (word >>> 16)) >>> 0;
}
