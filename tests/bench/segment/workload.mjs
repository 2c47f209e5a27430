// W3: how many users are in a segment.
//
// What is measured: `segment.count()` of a compiled segment of seven operands while the clock goes on; a new
// definition compiled and counted after each of its operands has moved, with the clock still; `segment.countWith()`
// while a number of days moves, and apart from these the first tick of a slide; fifty compiled segments counted one
// after the other; `segment.explain(user)`. In processes of their own: wasm memory once all that counting builds
// is there, and whether time goes with the users (`--large`: up to 10,000,000).
// Corpus: segment/corpus.mjs: users with twelve attributes, 5 of 100 tags and 5 of 40 cohorts.
// Notes: every peer keeps what it has built (bitsets, columns, tables) from one count to the next, none keeps
// answers. No moment and no moved segment is asked for twice, so no answer can be remembered; what kohort
// keeps of the parts of a segment may stay. Age is in years at the moment asked for, so peers compare days of birth.
// Names are texts for kohort, for objects and for arquero, and small numbers for the others, which is quicker.

import { BASE, clock, DAYS_PATH, OPERANDS, recounts, segments, ticks } from "./questions.mjs";
import { alternate, median, ratio } from "../support/alternate.mjs";
import { amount } from "../support/table.mjs";
import { assertAgreement } from "./agreement.mjs";
import { Columns } from "./columns.mjs";
import { NOW } from "./corpus.mjs";
import { explained } from "./explained.mjs";
import { growth } from "./growth.mjs";
import { compile, count, load, recount } from "./ours.mjs";
import { openPeers } from "./peers/all.mjs";
import { objectOf } from "./peers/objects.mjs";

/** How often an operand moves in a round; a turn of a tenth of a millisecond would say nothing. */
const MOVES_EACH = 16;
const TICKS = 90;
const SEGMENTS = 50;
const single = (value) => ({ median: value, perRun: [value] });
const written = (number) => number.toLocaleString("en-US");

/** Runs W3; answers tables and measures. */
export async function run({ full, options }) {
  const users = options.segmentUsers;
  const columns = new Columns(users);
  const objects = [];
  const { workspace, loadMs, cohortsMs } = await load(full, users, (user, profile, cohorts) => {
    columns.add(user, profile, cohorts);
    objects.push(objectOf(profile, cohorts));
  });
  const first = firstCount(workspace);
  const peers = await openPeers({ columns, objects }, options);
  const many = segments(SEGMENTS);
  const found = assertAgreement(workspace, columns, peers.all, [BASE, ...many, ...recounts(1)(0), ...ticks(5)(0)]);

  const parts = [
    await counts(workspace, peers, users, found, options),
    await moves(workspace, peers, options),
    await slider(workspace, peers, options),
    await fifty(workspace, peers, many, options),
    explained(workspace, users, options),
  ];
  peers.close();
  workspace.free();
  parts.push(growth(users, options));
  return {
    tables: [
      {
        title: `W3, before the first count of ${written(users)} users`,
        unit: "ms",
        rows: [
          { name: "kohort, profiles loaded", time: loadMs },
          { name: "kohort, brought into cohorts, 1,000 ids a request", time: cohortsMs },
          { name: "kohort, first count, with what it builds for it", time: first },
          ...peers.built.map(({ name, ms }) => ({ name, time: ms })),
        ],
      },
      ...parts.flatMap(({ tables = [] }) => tables),
    ],
    notes: [...peers.missing, ...parts.flatMap(({ notes = [] }) => notes)],
    measures: Object.assign({}, ...parts.map(({ measures }) => measures)),
  };
}

function firstCount(workspace) {
  const begin = performance.now();
  const segment = compile(workspace, BASE);
  count(segment, NOW);
  const ms = performance.now() - begin;
  segment.free();
  return ms;
}

/** One compiled segment, the clock going on: the quick ones, and in an alternation of its own those that are slow. */
async function counts(workspace, { quick, slow }, users, found, options) {
  const segment = compile(workspace, BASE);
  const time = clock();
  const ours = { name: "kohort", call: () => count(segment, time()) };
  const quickRounds = { runs: options.runs, rounds: options.quick ? 1 : 5, warmUps: options.quick ? 1 : 3 };
  const timed = await compared([ours, ...quick.map((peer) => asked(peer))], [BASE], quickRounds);
  const slowRounds = { runs: options.runs, rounds: 1, warmUps: 1 };
  const others = await compared([ours, ...slow.map((peer) => asked(peer, users))], [BASE], slowRounds);
  segment.free();
  return {
    tables: [
      {
        title: `W3, ${written(found)} of ${written(users)} users counted, the clock going on`,
        unit: "ms",
        rows: [...timed.rows, ...others.rows.slice(1)],
      },
    ],
    notes: ["between counts each keeps its bitsets, columns or tables, none an answer: the clock is never the same"],
    measures: { ...timed.measures, ...others.measures, "W3.countMs": timed.ours },
  };
}

/** A new definition for each move, all of them different. */
async function moves(workspace, { best }, options) {
  const each = options.quick ? 1 : MOVES_EACH;
  // Those of the first round were met when it was held that all agree.
  const questions = (round) => recounts(each)(round + 1);
  const settings = { runs: options.runs, rounds: options.quick ? 1 : 3, warmUps: options.quick ? 1 : 2 };
  const timed = await compared([recounted(workspace), asked(best, undefined, "W3.recount")], questions, settings);
  const last = settings.warmUps + settings.runs * settings.rounds;
  const byOperand = operandTimes(workspace, questions(last));
  const worst = Math.max(...byOperand.map(({ ms }) => ms));
  return {
    tables: [{ title: "W3, an operand has moved: compiled and counted, the clock still", unit: "ms", rows: timed.rows }],
    notes: [
      `by what moved, µs: ${byOperand.map(({ name, ms }) => `${name} ${amount(ms * 1000)}`).join(", ")}`,
      "no definition comes twice; what was found out about the operands that stand still may be kept",
    ],
    measures: { ...timed.measures, "W3.recountMs": single(worst) },
  };
}

const NAMES = ["cohort", "excluded cohort", "country", "language", "age", "days", "tag"];

/** What one recount takes, by the operand that moved. */
function operandTimes(workspace, questions) {
  const times = NAMES.map(() => []);
  for (const [at, question] of questions.entries()) {
    const begin = performance.now();
    recount(workspace, question, NOW);
    times[at % OPERANDS].push(performance.now() - begin);
  }
  return NAMES.map((name, operand) => ({ name, ms: median(times[operand]) }));
}

/** A slider under the hand: the number of days. */
async function slider(workspace, { best }, options) {
  const questions = (round) => ticks(TICKS)(round + 1);
  const settings = { runs: options.runs, rounds: options.quick ? 1 : 3, warmUps: options.quick ? 1 : 2 };
  const firsts = [];
  let segment;
  // Each turn slides a segment of its own; what the first tick of a slide takes is told apart.
  const prepare = ([question]) => {
    segment?.free();
    segment = compile(workspace, question);
    const begin = performance.now();
    segment.countWith(DAYS_PATH, question.days, { now: NOW });
    firsts.push(performance.now() - begin);
    return segment;
  };
  const ours = { name: "kohort, countWith", prepare, call: ({ days }, slid) => slid.countWith(DAYS_PATH, days, { now: NOW }).count };
  const timed = await compared([ours, asked(best, undefined, "W3.tick")], questions, settings);
  segment.free();
  const { median: ms, perRun } = timed.ours;
  return {
    tables: [
      {
        title: "W3, a slider of the number of days",
        unit: "ms",
        rows: [{ name: "kohort, countWith, the first of a slide", time: median(firsts) }, ...timed.rows],
      },
    ],
    measures: {
      ...timed.measures,
      "W3.tickUs": { median: ms * 1000, perRun: perRun.map((time) => time * 1000) },
    },
  };
}

/** Fifty compiled segments, one after the other. */
async function fifty(workspace, { best, all }, many, options) {
  const compiled = many.map((question) => compile(workspace, question));
  const time = clock();
  const ours = {
    name: "kohort",
    call: () => compiled.reduce((sum, segment) => sum + count(segment, time()), 0),
  };
  const peers = [best, ...all.filter(({ isForMany }) => isForMany)].map((peer) => ({
    name: peer.name,
    ...(peer === best && { measure: "W3.fifty" }),
    call: () => many.reduce((sum, question) => sum + peer.count(question, time()), 0),
  }));
  const settings = { runs: options.runs, rounds: options.quick ? 1 : 3, warmUps: 1 };
  const timed = await compared([ours, peers[0]], [null], settings);
  const others = await compared([ours, ...peers.slice(1)], [null], { ...settings, runs: Math.min(3, options.runs), rounds: 1 });
  for (const segment of compiled) segment.free();
  return {
    tables: [
      { title: `W3, ${SEGMENTS} segments, the clock going on`, unit: "ms", rows: [...timed.rows, ...others.rows.slice(1)] },
    ],
    measures: { ...timed.measures, "W3.fiftyMs": timed.ours },
  };
}

function recounted(workspace) {
  return { name: "kohort, compileSegment and count", call: (question) => recount(workspace, question, NOW) };
}

/** A peer as an alternative. Who takes too long counts over some of the users, and is told for all. */
function asked(peer, users, measure = peer.measure) {
  const time = clock();
  const isShare = peer.users !== undefined && peer.users < users;
  return {
    name: isShare ? `${peer.name}; ${written(peer.users)} of them, × ${Math.round(users / peer.users)}` : peer.name,
    measure,
    times: isShare ? users / peer.users : 1,
    answers: !isShare,
    call: (question) => peer.count(question, time()),
  };
}

/** Times alternatives, of which ours is the first. */
async function compared(alternatives, items, settings) {
  const timed = await alternate(alternatives, items, settings);
  const results = timed.map(({ perItem, perRun }, at) => {
    const { times = 1 } = alternatives[at];
    return { perItem: perItem * times, perRun: perRun.map((time) => time * times) };
  });
  const [ours] = results;
  const rows = results.map((result, at) => ({
    name: alternatives[at].name,
    time: result.perItem,
    ...(at > 0 && { ratio: ratio(ours, result), measure: alternatives[at].measure }),
  }));
  const measured = rows.filter(({ measure }) => measure !== undefined);
  return {
    rows,
    ours: { median: ours.perItem, perRun: ours.perRun },
    measures: Object.fromEntries(measured.map(({ measure, ratio }) => [measure, ratio])),
  };
}
