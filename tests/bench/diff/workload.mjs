// W5: two snapshots of a cohort are compared: who entered, who left.
//
// What is measured: `diffCohort(previous, next)` with the ids as newline-separated bytes, as
// `{ bytes, offsets }` and as arrays of strings, against `Set`s that start from the same bytes or from
// strings that are there already; the answer with both lists. In a process of its own: wasm memory
// after one diff.
// Corpus: w5/corpus.mjs: 1,000,000 ids of 36 bytes, 5 % of them others in the newer snapshot, in
// their old order, then in a new one.
// Notes: what counts is the quickest peer, which strikes ids out of one `Set`, though it is wrong where
// an id comes twice; ours is not. V8 keeps a string's hash in the string: "hashed before" are strings
// that were in a `Set` already, "just parsed" ones were not.

import assert from "node:assert/strict";
import { alternate, ratio } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { lines, list, snapshots } from "./corpus.mjs";
import { marks, slice, split, strike, twoSets } from "./peers.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);

/** Runs W5; answers tables and measures. */
export async function run({ edge, options }) {
  assertAgreement(edge);
  const inOrder = await speed(edge, snapshots(options.ids), options, true);
  const moved = await speed(edge, snapshots(options.ids, { moved: true }), options, false);
  const memory = ["lines", "list"].map((form) => ({
    form,
    ...child(MEMORY, [String(options.ids), form], ["--max-old-space-size=4096"]),
  }));
  const largest = Math.max(...memory.map(({ after }) => after)) / 1e6;
  return {
    tables: [inOrder.table, moved.table],
    notes: memory.map(
      ({ form, before, after }) =>
        `wasm memory, one diff of ${form === "lines" ? "newline-separated bytes" : "bytes and offsets"}: ${(after / 1e6).toFixed(1)} MB (${(before / 1e6).toFixed(1)} before)`,
    ),
    measures: {
      ...inOrder.measures,
      "W5.wasmMegabytes": { median: largest, perRun: [largest] },
    },
  };
}

// With the newer snapshot in the old order all alternatives are timed, and held against the levels;
// in a new order some, for a look at what order does.
async function speed(edge, corpus, options, inOrder) {
  const { previous, next, changed } = corpus;
  const all = alternatives(edge, corpus).filter(({ always }) => inOrder || always);
  const results = await alternate(all, [null], { runs: options.runs, rounds: 1, warmUps: 1 });
  const measures = {};
  const rows = results.map((result, index) => {
    const row = { name: result.name, time: result.perItem };
    const { against, measure } = all[index];
    if (against === undefined) return row;
    row.ratio = ratio(results.find(({ name }) => name === against), result);
    if (inOrder && measure !== undefined) {
      row.measure = measure;
      measures[measure] = row.ratio;
    }
    return row;
  });
  if (inOrder) {
    const time = (wanted) => results.find(({ name }) => name === wanted);
    measures["W5.fromStrings"] = ratio(time(FROM_STRINGS), time(HASHED));
  }
  const ids = previous.length.toLocaleString("en-US");
  const order = inOrder ? "in their old order" : "in a new order";
  const title = `W5, ${ids} ids against ${ids}, ${changed.toLocaleString("en-US")} of them others, ${order}`;
  return { table: { title, unit: "ms", rows }, measures };
}

const FROM_LINES = "kohort, newline-separated bytes";
const FROM_LIST = "kohort, { bytes, offsets }";
const FROM_STRINGS = "kohort, arrays of strings";
const HASHED = "strings hashed before: Set, strike out";

function alternatives(edge, { previous, next }) {
  const text = { previous: lines(previous), next: lines(next) };
  const lists = { previous: list(previous), next: list(next) };
  const json = JSON.stringify({ previous, next });
  const ours = ({ previous, next }) => {
    const { add, remove } = edge.diffCohort(previous, next);
    return add.offsets.length - 1 + (remove.offsets.length - 1);
  };
  const theirs = (way, previous, next) => {
    const { add, remove } = way(previous, next);
    return add.length + remove.length;
  };
  const fromLines = (way) => () => theirs(way, split(text.previous), split(text.next));
  return [
    { name: FROM_LINES, call: () => ours(text), always: true },
    { name: FROM_LIST, call: () => ours(lists), always: true },
    { name: FROM_STRINGS, call: () => ours({ previous, next }) },
    {
      name: "newline-separated bytes: Set, strike out",
      call: fromLines(strike),
      against: FROM_LINES,
      measure: "W5.fromBytes",
      always: true,
    },
    { name: "newline-separated bytes: Map with marks", call: fromLines(marks), against: FROM_LINES },
    { name: "newline-separated bytes: two Sets", call: fromLines(twoSets), against: FROM_LINES },
    {
      name: "{ bytes, offsets }: Set, strike out",
      call: () => theirs(strike, slice(lists.previous), slice(lists.next)),
      against: FROM_LIST,
      always: true,
    },
    {
      name: HASHED,
      call: () => theirs(strike, previous, next),
      against: FROM_LINES,
      measure: "W5.stringsReady",
      always: true,
    },
    {
      name: "strings just parsed: Set, strike out",
      prepare: () => JSON.parse(json),
      call: (_, parsed) => theirs(strike, parsed.previous, parsed.next),
      against: FROM_LINES,
    },
  ];
}

/** All forms of input and both peers give the same ids. */
function assertAgreement(edge) {
  const { previous, next } = snapshots(5000, { moved: true });
  const expected = sorted(twoSets(previous, next));
  for (const way of [strike, marks]) assert.deepEqual(sorted(way(previous, next)), expected);
  const twice = [...previous, ...previous.slice(0, 50)];
  const nextTwice = [...next, ...next.slice(0, 50)];
  assert.deepEqual(sorted(marks(twice, nextTwice)), expected);
  for (const form of [lines, list, (ids) => ids]) {
    const { add, remove } = edge.diffCohort(form(twice), form(nextTwice));
    assert.deepEqual(sorted({ add: slice(add), remove: slice(remove) }), expected);
  }
}

function sorted({ add, remove }) {
  return { add: [...add].sort(), remove: [...remove].sort() };
}
