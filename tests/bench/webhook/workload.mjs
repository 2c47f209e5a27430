// W6: a worker takes Heap's webhook: verify, check and plan, inside workerd.
//
// What is measured, for ours (the gateway, workers/ours.mjs) and for the same in careful JavaScript (workers/peer.mjs: WebCrypto,
// JSON.parse, ajv's code made beforehand), in one process of workerd:
// 1. whole requests over loopback, as autocannon sends them on 1 and on 16 connections, in turn: requests a second,
//    median and 99th percentile. A third worker reads the body and does nothing: nobody can be quicker than that;
// 2. the handler alone, from a Request to a Response: one request gives it many webhooks in turn, by the sender's clock, since
//    workerd's stands still meanwhile.
// With `--memory`: what workerd's process holds while ours answers `--requests` webhooks, in a process of its own.
// Corpus: corpus.mjs: signed webhooks of 1,000 ids, 46 KB; for the handler alone also of 100 and 10.
// Notes: both first prove that they agree (agreement.mjs). The peer finds no duplicate keys, lone surrogates, numbers
// beyond 2^53 or deep nesting, and no places; ours does. The sender runs beside workerd: on two cores it takes one.

import { alternate, median, ratio } from "../support/alternate.mjs";
import { assertAgreement } from "./agreement.mjs";
import { SIZES, webhooks } from "./corpus.mjs";
import { lanes, load } from "./load.mjs";
import { memory } from "./memory.mjs";
import { post } from "./post.mjs";
import { startWorkers } from "./workerd.mjs";

const TITLES = { ours: "kohort", peer: "WebCrypto, JSON.parse, ajv standalone", nothing: "a worker that does nothing" };
const NAMES = Object.keys(TITLES);

/** Runs W6; answers tables and measures. */
export async function run({ options }) {
  const workers = await startWorkers();
  try {
    const agreed = await assertAgreement(workers.urls, options.quick ? 12 : 100);
    const tables = [];
    const notes = [agreed];
    const measures = {};
    for (const ids of SIZES) tables.push(await handler(workers.urls, ids, options, measures));
    for (const connections of [1, 16]) {
      const { table, note } = await requests(workers.urls, connections, options, measures);
      tables.push(table);
      notes.push(note);
    }
    if (options.memory) tables.push(await memory(options.requests, measures));
    return { notes, tables, measures };
  } finally {
    await workers.close();
  }
}

/** The handler alone. */
async function handler(urls, ids, { quick, runs }, measures) {
  const kept = pack(webhooks(quick ? 8 : 100, ids));
  for (const name of NAMES) await post(`${urls[name]}/keep`, kept);
  // So that the request around them takes less than a hundredth of the time.
  const times = quick ? 10 : ids === 1000 ? 1000 : 4000;
  const repeat = (name) => async () => Number((await post(`${urls[name]}/repeat?times=${times}`)).text);
  const results = await alternate(
    NAMES.map((name) => ({ name: TITLES[name], call: repeat(name), answers: name !== "nothing" })),
    [null],
    { runs, rounds: quick ? 1 : 3, warmUps: quick ? 1 : 2 },
  );
  const [ours, ...others] = results;
  const rows = results.map(({ name, perItem }) => ({ name, time: (perItem * 1000) / times }));
  for (const [at, other] of others.entries()) rows[at + 1].ratio = ratio(ours, other);
  rows[1].measure = `W6.work${ids}`;
  measures[rows[1].measure] = rows[1].ratio;
  return { title: `W6, ${ids.toLocaleString("en-US")} ids, the handler alone`, unit: "µs", rows };
}

/** Whole requests. */
async function requests(urls, connections, { quick, runs }, measures) {
  const sent = lanes(connections, 1000, quick ? 6 : Math.max(6, 192 / connections));
  const results = Object.fromEntries(NAMES.map((name) => [name, []]));
  const amounts = {};
  // The first round of each is to warm it up, and says how many requests take a second.
  for (const name of NAMES) {
    const { perSecond } = await load(urls[name], sent, quick ? 32 : 800);
    amounts[name] = quick ? 32 : Math.ceil(perSecond);
  }
  for (let run = 0; run < runs; run++) {
    for (const name of run % 2 ? [...NAMES].reverse() : NAMES) results[name].push(await load(urls[name], sent, amounts[name]));
  }
  const against = (name) => {
    const perRun = results.ours.map(({ perSecond }, run) => perSecond / results[name][run].perSecond);
    return { median: median(perRun), perRun };
  };
  const rows = NAMES.flatMap((name) => {
    const middle = (read) => median(results[name].map(read));
    const first = { name: `${TITLES[name]}: requests a second`, time: middle(({ perSecond }) => perSecond) };
    if (name !== "ours") first.ratio = against(name);
    return [
      first,
      { name: `${TITLES[name]}: median, ms`, time: middle(({ p50 }) => p50) },
      { name: `${TITLES[name]}: 99th percentile, ms`, time: middle(({ p99 }) => p99) },
    ];
  });
  const peer = rows.find(({ name }) => name.startsWith(TITLES.peer));
  peer.measure = `W6.requests${connections}`;
  measures[peer.measure] = peer.ratio;
  const bound = median(results.nothing.map(({ perSecond }, run) => perSecond / results.peer[run].perSecond));
  return {
    table: { title: `W6, 1,000 ids, whole requests, ${connections === 1 ? "1 connection" : `${connections} connections`}`, unit: "", rows },
    note: `on ${connections} of them a worker that does nothing is ${bound.toFixed(1)} times as fast as the peer: nobody can be more`,
  };
}

/** Webhooks in one body: a line that says how long each is, then one after another. */
function pack(webhooks) {
  const index = JSON.stringify(webhooks.map(({ signature, body }) => ({ signature, length: body.length })));
  return Buffer.concat([Buffer.from(`${index}\n`), ...webhooks.map(({ body }) => body)]);
}
