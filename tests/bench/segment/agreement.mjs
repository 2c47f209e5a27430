// Whether all count the same, before any of them is timed.

import assert from "node:assert/strict";
import { NOW } from "./corpus.mjs";
import { recount } from "./ours.mjs";
import { scan } from "./peers/scan.mjs";

/**
 * Every peer and kohort give every question the answer of the plain scan; who counts over some of the users, the
 * answer of theirs. Answers how many users the first question is true of.
 */
export function assertAgreement(workspace, columns, peers, questions) {
  const found = questions.map((question) => {
    const expected = scan(columns, question, NOW);
    const context = () => JSON.stringify(question);
    assert.equal(recount(workspace, question, NOW), expected, `kohort: ${context()}`);
    for (const { name, users, count } of peers) {
      const theirs = users === undefined ? expected : scan(columns, question, NOW, users);
      assert.equal(count(question, NOW), theirs, `${name}: ${context()}`);
    }
    return expected;
  });
  assert.ok(found.some((count) => count > 0), "segments with somebody in them");
  return found[0];
}
