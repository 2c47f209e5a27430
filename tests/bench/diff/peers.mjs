// Two snapshots compared with JavaScript's `Set`.

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The ids of newline-separated text. */
export function split(bytes) {
  const ids = decoder.decode(bytes).split("\n");
  if (ids.at(-1) === "") ids.pop();
  return ids;
}

/** The ids of `{ bytes, offsets }`, which are to be ASCII, so that places in bytes are places in text. */
export function slice({ bytes, offsets }) {
  const text = decoder.decode(bytes);
  const ids = new Array(offsets.length - 1);
  for (let index = 0; index < ids.length; index++) {
    ids[index] = text.substring(offsets[index], offsets[index + 1]);
  }
  return ids;
}

/**
 * One `Set`, from which every id of the newer snapshot is struck out: the quickest way. It is wrong
 * where the newer one has an id twice.
 */
export function strike(previous, next) {
  const left = new Set(previous);
  const add = [];
  for (let index = 0; index < next.length; index++) {
    if (!left.delete(next[index])) add.push(next[index]);
  }
  return { add, remove: [...left] };
}

/** One `Map` that remembers what was met: right in every case. */
export function marks(previous, next) {
  const met = new Map();
  for (let index = 0; index < previous.length; index++) met.set(previous[index], LEFT);
  const add = [];
  for (let index = 0; index < next.length; index++) {
    const id = next[index];
    const mark = met.get(id);
    if (mark === LEFT) met.set(id, STAYED);
    else if (mark === undefined) {
      met.set(id, CAME);
      add.push(id);
    }
  }
  const remove = [];
  for (const [id, mark] of met) if (mark === LEFT) remove.push(id);
  return { add, remove };
}

const LEFT = 0;
const STAYED = 1;
const CAME = 2;

/** Two `Set`s: right in every case. */
export function twoSets(previous, next) {
  const before = new Set(previous);
  const after = new Set(next);
  const add = [];
  for (const id of after) if (!before.has(id)) add.push(id);
  const remove = [];
  for (const id of before) if (!after.has(id)) remove.push(id);
  return { add, remove };
}
