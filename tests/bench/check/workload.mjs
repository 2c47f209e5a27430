// W1: a users request is checked.
//
// What is measured: `createCohortChecker({ endpoint: "users", strict: true }).check(bytes)`, reading
// `ok` and all counts, against the same from the same bytes by other means: types, required fields,
// no empty text, the limit over all lists, repeats, ids in an add and a remove, counts. All
// alternatives first prove that they agree (agreement.mjs).
// Corpus: w1/corpus.mjs; many different bodies in turn, so that nobody learns one by heart.
// Notes: the peers find no duplicate keys, lone surrogates or deep nesting, and no places; ours does.
// `strict`, because only then is an empty id an error, as it is in the peers' schemas.

import { alternate, ratio } from "../support/alternate.mjs";
import { assertAgreement } from "./agreement.mjs";
import { digest } from "./answer.mjs";
import { CORPORA } from "./corpus.mjs";
import * as hand from "./peers/hand.mjs";
import * as handTuned from "./peers/hand_tuned.mjs";
import * as libraries from "./peers/libraries.mjs";
import { decodeOnly, parseOnly } from "./peers/parse.mjs";
import { problemPath } from "./problem_path.mjs";

const OPTIONS = { endpoint: "users", strict: true };

/** The corpora with all peers; the others are timed against a few. */
const WHOLE = { "1,000 ids": "ids1000", "10 ids": "ids10" };

/** Runs W1; answers tables and measures. */
export async function run({ edge, options }) {
  const checks = {
    kohort: checkWith(edge),
    ...peers(),
  };
  const agreed = assertAgreement(checks, options.quick ? 5 : 100);
  const tables = [];
  const measures = {};
  for (const [corpus, make] of Object.entries(CORPORA)) {
    const short = WHOLE[corpus];
    const bodies = make(options.quick ? 3 : corpus === "10 ids" ? 1000 : 100);
    const results = await alternate(alternatives(edge, short !== undefined), bodies, {
      runs: options.runs,
      rounds: options.quick ? 1 : 12,
      warmUps: options.quick ? 1 : 6,
    });
    const table = { title: `W1, ${corpus}, ${bodies[0].length} bytes`, unit: "µs", rows: rows(results) };
    if (short !== undefined) nameMeasures(table.rows, short, measures);
    tables.push(table);
  }
  const problems = await problemPath(edge, options);
  return { notes: [agreed], tables: [...tables, ...problems.tables], measures };
}

function peers() {
  return {
    "hand-written, with Sets": hand.check,
    "hand-written, own hash table": handTuned.check,
    "ajv 8, compiled": libraries.ajv(),
    "ajv 8, unicode: false": libraries.ajvUnits(),
    "zod 4": libraries.zod(),
    valibot: libraries.valibot(),
    "typebox, compiled": libraries.typebox(),
    "@cfworker/json-schema": libraries.cfworker(),
  };
}

/** Which measure of levels.json a row's ratio is. */
const MEASURES = {
  "TextDecoder + JSON.parse alone": "parse",
  "hand-written, with Sets": "hand",
  "ajv 8, compiled": "ajv",
};

const FEW = ["hand-written, with Sets", "hand-written, own hash table", "ajv 8, compiled"];

function alternatives(edge, all) {
  const chosen = Object.entries(peers()).filter(([name]) => all || FEW.includes(name));
  return [
    { name: "kohort", call: counted(checkWith(edge)) },
    { name: "TextDecoder alone", call: decodeOnly, answers: false },
    { name: "TextDecoder + JSON.parse alone", call: parseOnly, answers: false },
    ...chosen.map(([name, check]) => ({ name, call: counted(check) })),
  ];
}

// WHY: made anew for every alternative, so that each call site in it sees one function only.
function counted(check) {
  return (bytes) => digest(check(bytes));
}

function checkWith(edge) {
  const checker = edge.createCohortChecker(OPTIONS);
  return (bytes) => checker.check(bytes);
}

function rows(results) {
  const [ours] = results;
  return results.map((result) => ({
    name: result.name,
    time: result.perItem * 1000,
    ratio: result === ours ? undefined : ratio(ours, result),
  }));
}

function nameMeasures(rows, corpus, measures) {
  for (const row of rows) {
    const measure = MEASURES[row.name];
    if (measure === undefined) continue;
    row.measure = `W1.${corpus}.${measure}`;
    measures[row.measure] = row.ratio;
  }
}
