// W2: the ids of users requests are matched with known users.
//
// What is measured: `workspace.previewCohortRequest(bytes, { partner })`, which checks the request,
// looks up every id and says what would change, and reading its outcome counts; against parsing and
// three `Map`s. In processes of their own: how much wasm memory a workspace of these users takes, and a
// `Directory` in both modes: to be built from bytes and stored, and to be restored.
// Corpus: w2/corpus.mjs: 1,000,000 users with an external id, a device and an alias of 36 bytes each;
// 100 requests of 1,000 ids, 70 % of which are theirs.
// Notes: the quickest peer, which counts, checks nothing and looks for no repeats.

import assert from "node:assert/strict";
import { alternate, ratio } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { profileChunks, requests } from "./corpus.mjs";
import { Maps } from "./peers.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);
const PARTNER = { partner: "heap" };

/** Runs W2; answers tables and measures. */
export async function run({ edge, full, options }) {
  const { users } = options;
  const bodies = requests(options.quick ? 3 : 100, users);
  const built = await build(full, users);
  const { workspace, maps } = built;
  const members = new Set();
  assertAgreement(workspace, maps, members, bodies);
  const alternatives = [
    {
      name: "kohort",
      call: (body) => digest(workspace.previewCohortRequest(body, PARTNER).outcomes),
    },
    {
      name: "JSON.parse and three Maps, nothing checked",
      call: (body) => digest(maps.match(body, members).outcomes),
      measure: "W2.maps",
    },
    {
      name: "the same, the request checked by hand",
      call: (body) => digest(maps.checkAndMatch(body, members).outcomes),
    },
  ];
  const results = await alternate(alternatives, bodies, {
    runs: options.runs,
    rounds: options.quick ? 1 : 6,
    warmUps: options.quick ? 1 : 3,
  });
  const [ours] = results;
  const measures = {};
  const rows = results.map((result, index) => {
    const row = { name: result.name, time: result.perItem * 1000 };
    if (result === ours) return row;
    row.ratio = ratio(ours, result);
    row.measure = alternatives[index].measure;
    if (row.measure !== undefined) measures[row.measure] = row.ratio;
    return row;
  });
  workspace.free();
  const modes = edge.Directory === undefined ? ["workspace"] : ["workspace", "verified", "compact"];
  const directories = modes.map((mode) =>
    child(MEMORY, [String(users), mode], ["--max-old-space-size=4096"]),
  );
  for (const { mode, wasmBytes, storedBytes = 0, restoredBytes = 0 } of directories) {
    const bytes = Math.max(storedBytes, wasmBytes, restoredBytes);
    measures[`W2.${mode}Bytes`] = { median: bytes, perRun: [bytes] };
  }
  const many = users.toLocaleString("en-US");
  return {
    tables: [
      { title: `W2, a request of 1,000 ids against ${many} users`, unit: "µs", rows },
      {
        title: `W2, loading ${many} profiles, ${(built.bytes / 1e6).toFixed(0)} MB of lines`,
        unit: "ms",
        rows: [
          { name: "kohort, workspace.loadProfiles", time: built.oursMs },
          { name: "JSON.parse into three Maps", time: built.theirsMs },
          ...directories.slice(1).map(({ mode, buildMs }) => ({
            name: `kohort, Directory.build, ${mode}`,
            time: buildMs,
          })),
        ],
      },
    ],
    notes: [
      `an id takes ${((ours.perItem * 1e6) / 1000).toFixed(0)} ns`,
      ...directories.map(
        ({ mode, storedBytes, wasmBytes, restoredBytes }) =>
          `${mode}: ${wasmBytes.toFixed(1)} B a user of wasm memory${storedBytes === undefined ? "" : `, ${storedBytes.toFixed(1)} B stored, ${restoredBytes.toFixed(1)} B restored`}`,
      ),
    ],
    measures,
  };
}

async function build(full, users) {
  const chunks = [...profileChunks(users)];
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const workspace = await full.Workspace.create();
  let begin = performance.now();
  const loaded = await workspace.loadProfiles(new Blob(chunks));
  const oursMs = performance.now() - begin;
  assert.equal(loaded.loaded, users);
  begin = performance.now();
  const maps = Maps.build(chunks);
  return { workspace, maps, bytes, oursMs, theirsMs: performance.now() - begin };
}

/** Both give every body the same outcomes. */
function assertAgreement(workspace, maps, members, bodies) {
  for (const body of bodies) {
    const { outcomes } = workspace.previewCohortRequest(body, PARTNER);
    const expected = maps.match(body, members).outcomes;
    const met = Object.fromEntries(Object.entries(outcomes).filter(([, count]) => count > 0));
    assert.deepEqual(met, Object.fromEntries(Object.entries(expected).filter(([, count]) => count > 0)));
  }
}

/** The counts of the outcomes in one number. */
function digest(outcomes) {
  return (
    outcomes.matched_external_id +
    outcomes.matched_alias * 3 +
    outcomes.device_of_identified_user * 7 +
    outcomes.unknown_external_id * 11 +
    outcomes.unknown_alias * 13 +
    outcomes.unknown_device_id * 17
  );
}
