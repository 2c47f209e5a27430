// W4's databases: what they read, and whether they read what kohort does.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngines } from "../engines/engines.mjs";
import { objects } from "./peers.mjs";

/** Users with whom it is tried once whether all agree. */
const COMPARED = 20_000;
const COUNTRY = "C7";

/**
 * The databases as alternatives for `alternate`, each with the share of the users that it is timed on.
 * `bytes`: that many users, a line each. What is missing is told in `notes`.
 */
export async function databases(full, bytes, users) {
  const { engines, missing } = await openEngines();
  const folder = mkdtempSync(join(tmpdir(), "kohort-bench-"));
  const pieces = new Map();
  const piece = (count) => {
    if (!pieces.has(count)) pieces.set(count, lines(bytes, count, join(folder, `${count}.ndjson`)));
    return pieces.get(count);
  };
  const notes = [...missing];
  const agreed = piece(Math.min(users, COMPARED));
  const ours = engines.length > 0 ? await factsOf(full, agreed.bytes) : undefined;
  for (const engine of engines) {
    assert.equal(await engine.load(agreed), ours.users, engine.name);
    assert.deepEqual(await engine.facts(COUNTRY), ours, engine.name);
  }
  if (ours) notes.push(`the databases agree with kohort on ${ours.users.toLocaleString("en-US")} users, their revenue, and how many are of ${COUNTRY}`);
  return {
    notes,
    alternatives: engines.map(({ name, measure, share, load }) => {
      const part = piece(Math.ceil(users * share));
      return {
        name: share === 1 ? name : `${name}; ${part.users.toLocaleString("en-US")} of them, × ${Math.round(users / part.users)}`,
        measure,
        times: users / part.users,
        answers: false,
        async call() {
          const loaded = await load(part);
          assert.equal(loaded, part.users, name);
          return loaded;
        },
      };
    }),
    close() {
      for (const { close } of engines) close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The first lines: as bytes, as a file, and as what makes an array of them. */
function lines(bytes, users, file) {
  let end = 0;
  for (let count = 0; count < users; count++) end = bytes.indexOf(0x0a, end) + 1;
  const part = bytes.subarray(0, end);
  writeFileSync(file, part);
  let made;
  const array = () => {
    made ??= Buffer.from(`[${Buffer.from(part).toString().trimEnd().replaceAll("\n", ",")}]`);
    return made;
  };
  return { users, bytes: part, file, array };
}

/** What kohort has of these users, from the profiles that it answers. */
async function factsOf(full, bytes) {
  const workspace = await full.Workspace.create();
  await workspace.loadProfiles(bytes);
  const facts = { users: workspace.userCount, cents: 0, inCountry: 0 };
  for (const { external_id } of objects(bytes)) {
    const { total_revenue, country } = workspace.profile({ external_id });
    facts.cents += Math.round(total_revenue * 100);
    facts.inCountry += country === COUNTRY ? 1 : 0;
  }
  workspace.free();
  return facts;
}
