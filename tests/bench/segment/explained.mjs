// Why somebody is in a segment, or is not: one user after the other.

import assert from "node:assert/strict";
import { median } from "../support/alternate.mjs";
import { below, randomNumbers, SEED } from "../support/random.mjs";
import { externalId } from "../load/corpus.mjs";
import { NOW } from "./corpus.mjs";
import { compile } from "./ours.mjs";
import { BASE } from "./questions.mjs";

const ASKED = 500;

/** Times `segment.explain` for users all over the workspace. */
export function explained(workspace, users, { runs }) {
  const segment = compile(workspace, BASE);
  if (segment.explain === undefined) return { notes: ["this build explains nothing"], measures: {} };
  const next = randomNumbers(SEED + 7);
  const ids = Array.from({ length: ASKED }, () => externalId(below(next, users)));
  const perRun = [];
  for (let run = -1; run < runs; run++) {
    const begin = performance.now();
    for (const external_id of ids) {
      const { ok, result } = segment.explain({ external_id }, { now: NOW });
      assert.ok(ok && typeof result === "boolean");
    }
    // WHY: the first one warms up.
    if (run >= 0) perRun.push(((performance.now() - begin) / ASKED) * 1000);
  }
  segment.free();
  return {
    tables: [{ title: "W3, a user explained", unit: "µs", rows: [{ name: "kohort", time: median(perRun), measure: "W3.explainUs" }] }],
    measures: { "W3.explainUs": { median: median(perRun), perRun } },
  };
}
