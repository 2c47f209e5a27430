// Two snapshots of a cohort's ids.

import { below, randomNumbers, SEED, shuffle, uuidAt } from "../support/random.mjs";

const PREVIOUS = 50;
const ADDED = 51;

/**
 * Snapshots of `count` ids of 36 bytes; every twentieth of the older one is another in the newer one.
 * With `moved` the newer one is in an order of its own.
 */
export function snapshots(count, { moved = false } = {}) {
  const next = randomNumbers(SEED + 5);
  const previous = Array.from({ length: count }, (_, index) => uuidAt(PREVIOUS, index));
  const replaced = new Set();
  while (replaced.size < Math.floor(count / 20)) replaced.add(below(next, count));
  const later = previous.map((id, index) => (replaced.has(index) ? uuidAt(ADDED, index) : id));
  if (moved) shuffle(later, next);
  return { previous: flat(previous), next: flat(later), changed: replaced.size };
}

// WHY: what was put together piece by piece is a tree in V8; ids that came from outside are not.
function flat(ids) {
  return JSON.parse(JSON.stringify(ids));
}

/** Ids as text, a line each. */
export function lines(ids) {
  const { bytes } = list(ids, "\n");
  return bytes;
}

/** Ids as `{ bytes, offsets }`, one after the other. */
export function list(ids, after = "") {
  const size = ids.reduce((sum, id) => sum + Buffer.byteLength(id) + after.length, 0);
  const bytes = Buffer.alloc(size);
  const offsets = new Uint32Array(ids.length + 1);
  let end = 0;
  for (let index = 0; index < ids.length; index++) {
    end += bytes.write(ids[index] + after, end, "utf8");
    offsets[index + 1] = end;
  }
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, size), offsets };
}
