// W4: profiles are loaded: from lines of JSON into a workspace.
//
// What is measured: `workspace.loadProfiles(bytes)`, which checks every line, finds out whose it is and
// keeps every field, against `JSON.parse` into typed columns (twelve attributes and a `Map` of external
// ids, nothing else, nothing checked) and into objects. In processes of their own: from 10,000 users on in
// steps, loaded as a stream, for whether time and memory go with the users.
// Corpus: load/corpus.mjs: lines with an external id and twelve attributes, and lines with all that an
// export of a real app has.
// Notes: objects are the quickest way to have profiles in JavaScript, and take most memory; as columns they are as
// compact as ours, and can be counted over.

import assert from "node:assert/strict";
import { alternate, ratio } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { FULL, PLAIN, profiles } from "./corpus.mjs";
import { Columns, objects } from "./peers.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);
const STEPS = [10_000, 100_000, 1_000_000];

/** Runs W4; answers tables and measures. */
export async function run({ full, options }) {
  const users = options.profiles;
  const plain = await speed(full, PLAIN, users, options);
  const whole = await speed(full, FULL, Math.ceil(users / 5), options);
  const steps = STEPS.filter((step) => step <= Math.max(users, STEPS[0])).map((step) =>
    child(MEMORY, [String(options.quick ? step / 10 : step), "PLAIN"], []),
  );
  const last = steps.at(-1);
  const memory = last.wasmBytes / last.users;
  return {
    tables: [
      plain.table,
      whole.table,
      {
        title: "W4, as a stream, a user",
        unit: "ns",
        rows: steps.map(({ users, loadMs }) => ({
          name: `${users.toLocaleString("en-US")} users`,
          time: (loadMs * 1e6) / users,
        })),
      },
    ],
    notes: [
      `kohort reads ${plain.megabytesPerSecond.toFixed(0)} MB/s of plain lines, ${whole.megabytesPerSecond.toFixed(0)} MB/s of whole ones`,
      ...steps.map(
        ({ users, wasmBytes }) =>
          `${users.toLocaleString("en-US")} users with an external id: ${(wasmBytes / users).toFixed(1)} B each of wasm memory, ${(wasmBytes / 1e6).toFixed(0)} MB`,
      ),
    ],
    measures: {
      "W4.columns": plain.columns,
      "W4.megabytesPerSecond": single(plain.megabytesPerSecond),
      "W4.userBytes": single(memory),
    },
  };
}

const single = (value) => ({ median: value, perRun: [value] });

async function speed(full, write, users, options) {
  const bytes = profiles(users, write);
  const alternatives = [
    { name: "kohort, workspace.loadProfiles", call: () => load(full, bytes) },
    {
      name: "JSON.parse, objects kept",
      call: () => objects(bytes).length,
    },
  ];
  if (write === PLAIN) {
    await assertAgreement(full, bytes.subarray(0, bytes.indexOf(0x0a, 1 << 16) + 1));
    alternatives.splice(1, 0, {
      name: "JSON.parse into typed columns and a Map",
      call: () => Columns.build(bytes, users).users,
    });
  }
  const results = await alternate(alternatives, [null], { runs: options.runs, rounds: 1, warmUps: 1 });
  const [ours, ...others] = results;
  const rows = results.map(({ name, perItem }) => ({ name, time: perItem }));
  for (const [at, other] of others.entries()) rows[at + 1].ratio = ratio(ours, other);
  if (write === PLAIN) rows[1].measure = "W4.columns";
  const kind = write === PLAIN ? "with twelve attributes" : "with all that exports have";
  const size = (bytes.length / 1e6).toFixed(0);
  return {
    table: {
      title: `W4, ${users.toLocaleString("en-US")} profiles ${kind}, ${size} MB`,
      unit: "ms",
      rows,
    },
    columns: rows[1].ratio,
    megabytesPerSecond: bytes.length / 1e3 / ours.perItem,
  };
}

async function load(full, bytes) {
  const workspace = await full.Workspace.create();
  const { loaded, problems } = await workspace.loadProfiles(bytes);
  assert.equal(problems.length, 0);
  workspace.free();
  return loaded;
}

/** Ours keeps what was in the lines. */
async function assertAgreement(full, bytes) {
  const workspace = await full.Workspace.create();
  await workspace.loadProfiles(bytes);
  for (const expected of objects(bytes)) {
    const profile = workspace.profile({ external_id: expected.external_id });
    assert.deepEqual(profile, expected);
  }
  workspace.free();
}
