// Before anything is timed: all alternatives give the same verdicts and the same counts.

import assert from "node:assert/strict";
import { CORPORA } from "./corpus.mjs";
import { faulty, repeats } from "./odd_bodies.mjs";
import { referenceAnswer } from "./reference.mjs";

/** Fails where one of the checks, `{ name: (bytes) => answer }`, disagrees; says what was compared. */
export function assertAgreement(checks, bodyCount) {
  const good = [...repeats(2 * bodyCount), ...Object.values(CORPORA).flatMap((make) => make(bodyCount))];
  const bad = faulty();
  const odd = good.map(referenceAnswer).filter(({ counts }) => counts.distinct < counts.total).length;
  assert.ok(odd > bodyCount, "too few bodies with repeats to tell the alternatives apart");
  for (const [name, check] of Object.entries(checks)) {
    for (const [index, bytes] of good.entries()) {
      assert.deepEqual(picked(check(bytes)), referenceAnswer(bytes), `${name}, body ${index}`);
    }
    for (const [fault, bytes] of Object.entries(bad)) {
      assert.equal(check(bytes).ok, false, `${name} takes a request with ${fault}`);
    }
  }
  const several = Object.keys(checks).length;
  return `${several} alternatives agree on ${good.length} good bodies (${odd} with repeats) and refuse ${Object.keys(bad).length} bad ones`;
}

// The same fields from all, and as plain values, whoever computes them when read.
function picked({ ok, counts }) {
  if (!ok) return { ok };
  const kinds = ({ externalIds, deviceIds, aliases }) => ({ externalIds, deviceIds, aliases });
  const { add, remove, total, distinct, duplicates, conflicts } = counts;
  return {
    ok,
    counts: { add: kinds(add), remove: kinds(remove), total, distinct, duplicates, conflicts },
  };
}
