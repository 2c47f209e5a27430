// W4: profiles are loaded: from lines of JSON into a workspace.
//
// What is measured: `workspace.loadProfiles(bytes)`, which checks every line, finds out whose it is and
// keeps every field, against `JSON.parse` into typed columns (twelve attributes and a `Map` of external
// ids, nothing else, nothing checked) and into objects, and against databases (engines.mjs). In processes
// of their own: from 10,000 users on in steps, loaded as a stream, for whether time and memory go with the
// users. With `--tab`: ten million in one tab of a browser (tab.mjs).
// Corpus: load/corpus.mjs: lines with an external id and twelve attributes, and lines with all that an
// export of a real app has.
// Notes: objects are the quickest way to have profiles in JavaScript, and take most memory; as columns they are as
// compact as ours, and can be counted over.

import assert from "node:assert/strict";
import { alternate, median, ratio } from "../support/alternate.mjs";
import { child } from "../support/child.mjs";
import { FULL, PLAIN, profiles } from "./corpus.mjs";
import { databases } from "./engines.mjs";
import { Columns, objects } from "./peers.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);
const STEPS = [10_000, 100_000, 1_000_000];
const LARGE = 10_000_000;
const ROUNDS = 3;
/** The twelfth attribute: cohorts of each user, of forty. */
const COHORTS_EACH = 5;

/** Runs W4; answers tables and measures. */
export async function run({ full, options }) {
  const users = options.profiles;
  const plain = await speed(full, PLAIN, users, options);
  const whole = await speed(full, FULL, Math.ceil(users / 5), options);
  const growth = steps(options);
  const attributes = attributeBytes(growth.usual.users, growth.usual.wasmBytes);
  const tab = options.tab ? await (await import("./tab.mjs")).run(options) : { tables: [], notes: [] };
  return {
    tables: [plain.table, whole.table, growth.table, ...tab.tables],
    notes: [
      `kohort reads ${plain.megabytesPerSecond.toFixed(0)} MB/s of plain lines, ${whole.megabytesPerSecond.toFixed(0)} MB/s of whole ones`,
      ...plain.notes,
      ...growth.notes,
      ...attributes.notes,
      ...tab.notes,
    ],
    measures: {
      ...plain.measures,
      ...growth.measures,
      ...attributes.measures,
      ...tab.measures,
      "W4.megabytesPerSecond": single(plain.megabytesPerSecond),
    },
  };
}

const single = (value) => ({ median: value, perRun: [value] });
const written = (number) => number.toLocaleString("en-US");

async function speed(full, write, users, options) {
  const bytes = profiles(users, write);
  const alternatives = [
    { name: "kohort, workspace.loadProfiles", call: () => load(full, bytes) },
    {
      name: "JSON.parse, objects kept",
      call: () => objects(bytes).length,
    },
  ];
  let others = { alternatives: [], notes: [], close() {} };
  if (write === PLAIN) {
    await assertAgreement(full, bytes.subarray(0, bytes.indexOf(0x0a, 1 << 16) + 1));
    others = await databases(full, bytes, users);
    alternatives.splice(1, 0, {
      name: "JSON.parse into typed columns and a Map",
      measure: "W4.columns",
      call: () => Columns.build(bytes, users).users,
    });
    alternatives.push(...others.alternatives);
  }
  const timed = await alternate(alternatives, [null], { runs: options.runs, rounds: 1, warmUps: 1 });
  others.close();
  const results = timed.map((result, at) => ofAll(result, alternatives[at].times ?? 1));
  const rows = results.map((result, at) => ({
    name: result.name,
    time: result.perItem,
    ...(at > 0 && { ratio: ratio(results[0], result), measure: alternatives[at].measure }),
  }));
  const measured = rows.filter(({ measure }) => measure !== undefined);
  const kind = write === PLAIN ? "with twelve attributes" : "with all that exports have";
  return {
    table: {
      title: `W4, ${written(users)} profiles ${kind}, ${(bytes.length / 1e6).toFixed(0)} MB`,
      unit: "ms",
      rows,
    },
    notes: others.notes,
    measures: Object.fromEntries(measured.map(({ measure, ratio }) => [measure, ratio])),
    megabytesPerSecond: bytes.length / 1e3 / results[0].perItem,
  };
}

/** What all users would take, of whom a share was timed. */
function ofAll({ name, perItem, perRun }, times) {
  return { name, perItem: perItem * times, perRun: perRun.map((time) => time * times) };
}

/** Loads ever more users, each number in processes of its own; in turn, since what else runs changes. */
function steps({ profiles, quick, large }) {
  const counts = STEPS.filter((step) => step <= Math.max(profiles, STEPS[0]));
  const loaded = (count) => child(MEMORY, [String(quick ? count / 10 : count), "PLAIN"]);
  const rounds = Array.from({ length: quick ? 1 : ROUNDS }, () => counts.map(loaded));
  const made = counts.map((_, at) => ({
    ...rounds[0][at],
    loadMs: median(rounds.map((round) => round[at].loadMs)),
  }));
  if (large) made.push(loaded(LARGE));
  const rows = made.map(({ users, loadMs }) => ({
    name: `${written(users)} users`,
    time: (loadMs * 1e6) / users,
  }));
  const times = rows.map(({ time }) => time);
  const linear = Math.max(...times) / Math.min(...times);
  const usual = made[large ? made.length - 2 : made.length - 1];
  return {
    usual,
    table: { title: "W4, as a stream, a user", unit: "ns", rows },
    notes: [
      `a user costs ${linear.toFixed(2)} times as much at the dearest of these steps as at the cheapest`,
      ...made.map(
        ({ users, wasmBytes }) =>
          `${written(users)} users with an external id: ${(wasmBytes / users).toFixed(1)} B each of wasm memory, ${(wasmBytes / 1e6).toFixed(0)} MB`,
      ),
    ],
    measures: { "W4.linear": single(linear), "W4.userBytes": single(usual.wasmBytes / usual.users) },
  };
}

/**
 * What the attributes take of the memory: that of users with everything, less that of as many with
 * nothing but the id, each with what growing left behind.
 */
function attributeBytes(users, wasmBytes) {
  const ids = child(MEMORY, [String(users), "IDS"]).wasmBytes;
  const all = child(MEMORY, [String(users), "PLAIN", String(COHORTS_EACH)]).wasmBytes;
  const each = (bytes) => (bytes / users).toFixed(1);
  return {
    notes: [
      `of ${written(users)} users: ${each(ids)} B each with the id alone; eleven attributes ${each(wasmBytes - ids)} B more, and with ${COHORTS_EACH} of 40 cohorts, the twelfth, ${each(all - ids)} B`,
      "what is in use of that: `cargo test --release --test profile_memory -- --ignored --nocapture`",
    ],
    measures: { "W4.attributeBytes": single((all - ids) / users) },
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
