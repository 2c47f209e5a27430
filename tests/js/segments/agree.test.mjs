// Plays scripts of random worlds, which `tests/segment_scripts.rs` writes with the oracle's answers: what
// segments of the package count, list and explain is what the oracle says, while the worlds change.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import test from "node:test";
import { full } from "../support/package.mjs";

const INDEX = "custom_attributes.index of the user";
const file = process.env.KOHORT_SCRIPTS;
if (file === undefined) throw new Error("run this by `cargo xtask test --only segments`, which writes the scripts");

/** Who is in a segment, by their indices, in pages. */
function membersOf(segment) {
  const members = [];
  for (let page; !page || members.length < page.count; ) {
    page = segment.members({ offset: members.length, limit: 40, fields: [INDEX], ...page && { revision: page.revision } });
    assert.equal(page.ok, true);
    members.push(...page.members);
  }
  return members;
}

test("segments of random worlds hold whom the oracle says", async () => {
  let workspace, world, compared = 0;
  const plays = {
    async world(step) {
      workspace?.free();
      world = step;
      workspace = await full.Workspace.create({ now: step.now, timeZone: step.timeZone });
    },
    async load({ load }) {
      const { loaded, updated } = await workspace.loadProfiles(JSON.stringify(load));
      assert.equal(loaded + updated >= 1, true);
    },
    cohort({ partner, cohort }) {
      assert.equal(workspace.applyCohortRequest(JSON.stringify(cohort), { partner }).ok, true);
    },
    define({ define }) {
      const defined = workspace.defineSegment(define);
      assert.deepEqual(defined.problems, [], JSON.stringify(define));
    },
    delete(step) {
      assert.equal(workspace.deleteUser(step.delete).deleted, true);
    },
    ask({ ask, members, unknown }) {
      const about = `world ${world.world}, ${world.timeZone}: ${JSON.stringify(ask)}`;
      const { segment, problems } = workspace.compileSegment(ask);
      assert.deepEqual(problems, [], about);
      const counted = segment.count();
      const found = membersOf(segment);
      assert.deepEqual(found.map(({ fields }) => fields[INDEX]).sort((a, b) => a - b), members, about);
      assert.deepEqual([counted.count, counted.unknown], [members.length, unknown.length], about);
      for (const member of found.slice(0, 3)) assert.equal(segment.explain(member).result, true, about);
      segment.free();
      compared += workspace.userCount;
    },
  };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const step = JSON.parse(line);
    await plays[Object.keys(plays).find(kind => kind in step)](step);
  }
  workspace.free();
  assert.ok(compared > 10_000, `${compared} answers`);
});
