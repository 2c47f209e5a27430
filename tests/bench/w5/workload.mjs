// W5: two snapshots of a cohort are compared: who entered, who left.
//
// What is measured: `diffCohort(previous, next)` with the ids as newline-separated bytes, as
// `{ bytes, offsets }` and as arrays of strings, against `Set`s that start from the same bytes or from
// strings that are there already; the answer with both lists. In a process of its own: wasm memory
// after one diff.
// Corpus: w5/corpus.mjs: 1,000,000 ids of 36 bytes, 5 % of them others in the newer snapshot, in
// their old order, then in a new one.
// Notes: what counts is the quickest peer, though it is wrong where an id comes twice; ours is not.

import assert from "node:assert/strict";
import { alternate, ratio } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { lines, list, snapshots } from "./corpus.mjs";
import { slice, split, strike, twoSets } from "./peers.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);

/** Runs W5; answers tables and measures. */
export function run({ edge, options }) {
  assertAgreement(edge);
  const inOrder = speed(edge, snapshots(options.ids), options, "in their old order");
  const moved = speed(edge, snapshots(options.ids, { moved: true }), options, "in a new order");
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

function speed(edge, { previous, next, changed }, options, order) {
  const text = { previous: lines(previous), next: lines(next) };
  const lists = { previous: list(previous), next: list(next) };
  const strings = { previous, next };
  // WHY: the lists' lengths and first bytes, so that nothing can be left undone, and nothing heavy.
  const ours = ({ previous, next }) => {
    const { add, remove } = edge.diffCohort(previous, next);
    return add.offsets.length - 1 + (remove.offsets.length - 1);
  };
  const theirs = ({ add, remove }) => add.length + remove.length;
  const alternatives = [
    { name: "kohort, newline-separated bytes", call: () => ours(text) },
    { name: "kohort, { bytes, offsets }", call: () => ours(lists) },
    { name: "kohort, arrays of strings", call: () => ours(strings) },
    {
      name: "Set from newline-separated bytes, strike out",
      call: () => theirs(strike(split(text.previous), split(text.next))),
      measure: "W5.fromBytes",
    },
    {
      name: "two Sets from newline-separated bytes",
      call: () => theirs(twoSets(split(text.previous), split(text.next))),
    },
    {
      name: "Set from { bytes, offsets }, strike out",
      call: () => theirs(strike(slice(lists.previous), slice(lists.next))),
      against: 1,
      measure: "W5.fromList",
    },
    {
      name: "Set from strings that are ready, strike out",
      call: () => theirs(strike(previous, next)),
      measure: "W5.stringsReady",
    },
    { name: "two Sets from strings that are ready", call: () => theirs(twoSets(previous, next)) },
  ];
  const results = alternate(alternatives, [null], {
    runs: options.runs,
    rounds: 1,
    warmUps: 1,
  });
  const measures = {};
  const rows = results.map((result, index) => {
    const row = { name: result.name, time: result.perItem };
    if (index < 3) return row;
    row.measure = alternatives[index].measure;
    row.ratio = ratio(results[alternatives[index].against ?? 0], result);
    if (row.measure !== undefined) measures[row.measure] = row.ratio;
    return row;
  });
  measures["W5.fromStrings"] = ratio(results[2], results[6]);
  const ids = previous.length.toLocaleString("en-US");
  return {
    table: { title: `W5, ${ids} ids against ${ids}, ${changed} of them others, ${order}`, unit: "ms", rows },
    measures,
  };
}

/** All forms of input and both peers give the same ids. */
function assertAgreement(edge) {
  const { previous, next } = snapshots(5000, { moved: true });
  const expected = sorted(twoSets(previous, next));
  assert.deepEqual(sorted(strike(previous, next)), expected);
  for (const form of [lines, list, (ids) => ids]) {
    const { add, remove } = edge.diffCohort(form(previous), form(next));
    assert.deepEqual(sorted({ add: slice(add), remove: slice(remove) }), expected);
  }
}

function sorted({ add, remove }) {
  return { add: [...add].sort(), remove: [...remove].sort() };
}
