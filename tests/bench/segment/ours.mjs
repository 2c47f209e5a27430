// kohort's side of W3, by the calls that a dashboard makes.

import assert from "node:assert/strict";
import { CohortBits, lines } from "./corpus.mjs";
import { definition } from "./questions.mjs";

/**
 * A workspace with all users in their cohorts, and the milliseconds that each took. `keep` is called as in
 * corpus.mjs. The lines come as a stream, so that they need not all be there at once.
 */
export async function load(full, users, keep = () => {}) {
  const bits = new CohortBits(users);
  let user = 0;
  const chunks = lines(users, (profile, cohorts) => {
    bits.add(user, cohorts);
    keep(user++, profile, cohorts);
  });
  const workspace = await full.Workspace.create();
  let madeMs = 0;
  const beforeLoad = performance.now();
  const source = new ReadableStream({
    pull(controller) {
      const begin = performance.now();
      const { value, done } = chunks.next();
      madeMs += performance.now() - begin;
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const { loaded, problems } = await workspace.loadProfiles(source);
  const loadMs = performance.now() - beforeLoad - madeMs;
  assert.deepEqual([loaded, problems], [users, []]);
  let cohortsMs = 0;
  for (const { partner, body } of bits.requests(users)) {
    const begin = performance.now();
    const { ok } = workspace.applyCohortRequest(body, { partner });
    cohortsMs += performance.now() - begin;
    assert.ok(ok);
  }
  return { workspace, loadMs, cohortsMs };
}

/** The segment of a question. */
export function compile(workspace, question) {
  const answer = workspace.compileSegment(definition(question));
  assert.ok(answer.ok, "a definition of the bench is refused");
  return answer.segment;
}

export function count(segment, now) {
  const { count, unknown } = segment.count({ now });
  if (unknown !== 0) throw new Error("everything is known of these users");
  return count;
}

/** What a dashboard does when an operand has moved. */
export function recount(workspace, question, now) {
  const segment = compile(workspace, question);
  const found = count(segment, now);
  segment.free();
  return found;
}
