// duckdb-wasm as a peer of W3: the same users as a table with lists, and as one with a boolean column for each
// cohort and tag. Names are small numbers in both, which is quicker for it than texts.

import { createRequire } from "node:module";
import { COHORTS, TAGS } from "../load/corpus.mjs";
import { EACH } from "../segment/corpus.mjs";
import { birthDays } from "../segment/questions.mjs";
import { since } from "../segment/columns.mjs";
import { openDuckdbWasm } from "./duckdb_wasm.mjs";

const require = createRequire(import.meta.url);
const { devDependencies: VERSIONS } = require("./package.json");
const VERSION = `@duckdb/duckdb-wasm ${VERSIONS["@duckdb/duckdb-wasm"]}`;
const BATCH = 131_072;

/**
 * The tables, as `{ engines, missing, close }`, engines as peers/all.mjs has them; in `missing` is
 * a sentence where there is no duckdb-wasm.
 */
export async function openTables(columns) {
  let opened;
  try {
    opened = { ...(await openDuckdbWasm()), arrow: await import("apache-arrow") };
  } catch (fault) {
    const missing = [`without ${VERSION}: ${String(fault.message).split("\n")[0]}`];
    return { engines: [], missing, close() {} };
  }
  const { database, connection, arrow } = opened;
  const engines = [LISTS, BOOLEANS].map(({ name, measure, isForMany, table, columnsOf, where }) => {
    fill(arrow, connection, table, columns, columnsOf);
    return {
      name: `${VERSION}, ${name}`,
      measure,
      isForMany,
      count(question, now) {
        const rows = connection.query(`select count(*)::double from ${table} where ${where(question)} and ${usual(question, now)}`);
        return rows.getChildAt(0).get(0);
      },
    };
  });
  return {
    engines,
    missing: [],
    close() {
      connection.close();
      database.reset();
    },
  };
}

const LISTS = {
  name: "list columns",
  measure: "W3.duckdbLists",
  table: "lists",
  columnsOf: (arrow, columns, from, to) => ({
    cohorts: listsOf(arrow, columns.cohortList, from, to),
    tags: listsOf(arrow, columns.tagList, from, to),
  }),
  where: ({ a, b, tag }) =>
    `list_contains(cohorts, ${a}) and not list_contains(cohorts, ${b}) and list_contains(tags, ${tag})`,
};

const BOOLEANS = {
  name: "boolean columns",
  measure: "W3.duckdb",
  isForMany: true,
  table: "booleans",
  columnsOf: (arrow, columns, from, to) => ({
    ...bitsOf(arrow, "cohort", COHORTS, columns.cohortList, from, to),
    ...bitsOf(arrow, "tag", TAGS, columns.tagList, from, to),
  }),
  where: ({ a, b, tag }) => `cohort${a} and not cohort${b} and tag${tag}`,
};

function usual(question, now) {
  const { first, last } = birthDays(question, now);
  return `(country in (${question.countries}) or language in (${question.languages}))
    and born between ${first} and ${last} and last_used > ${since(question.days, now).after}`;
}

/** Makes a table from pieces, so that no copy of all users is made on the way. */
function fill(arrow, connection, name, columns, columnsOf) {
  for (let from = 0; from < columns.users; from += BATCH) {
    const to = Math.min(columns.users, from + BATCH);
    const vectors = {
      country: arrow.makeVector(columns.country.slice(from, to)),
      language: arrow.makeVector(columns.language.slice(from, to)),
      born: arrow.makeVector(columns.born.slice(from, to)),
      last_used: arrow.makeVector(
        BigInt64Array.from({ length: to - from }, (_, at) => BigInt(columns.lastUsed(from + at))),
      ),
      ...columnsOf(arrow, columns, from, to),
    };
    const bytes = arrow.tableToIPC(new arrow.Table(vectors), "stream");
    connection.insertArrowFromIPCStream(bytes, { name, create: from === 0 });
  }
}

function listsOf(arrow, values, from, to) {
  const child = arrow.makeData({ type: new arrow.Uint8(), data: values.slice(from * EACH, to * EACH) });
  const type = new arrow.List(new arrow.Field("item", new arrow.Uint8(), false));
  const valueOffsets = Int32Array.from({ length: to - from + 1 }, (_, at) => at * EACH);
  return arrow.makeVector(arrow.makeData({ type, length: to - from, nullCount: 0, valueOffsets, child }));
}

function bitsOf(arrow, name, count, values, from, to) {
  const bits = Array.from({ length: count }, () => new Uint8Array(Math.ceil((to - from) / 8)));
  for (let user = from; user < to; user++) {
    for (let at = user * EACH; at < (user + 1) * EACH; at++) {
      bits[values[at]][(user - from) >> 3] |= 1 << ((user - from) & 7);
    }
  }
  const vectorOf = (data) =>
    arrow.makeVector(arrow.makeData({ type: new arrow.Bool(), length: to - from, nullCount: 0, data }));
  return Object.fromEntries(bits.map((data, number) => [`${name}${number}`, vectorOf(data)]));
}
