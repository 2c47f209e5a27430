// Databases as peers of W4: native duckdb and polars with one thread each, and duckdb-wasm.
//
// They are large, so they have a package.json of their own, which `cargo xtask bench` installs when W3 or W4
// is asked for. What is not installed, or does not start here, is told and left out.

import { createRequire } from "node:module";
import { openDuckdbWasm } from "./duckdb_wasm.mjs";

const require = createRequire(import.meta.url);
const { devDependencies: VERSIONS } = require("./package.json");

/**
 * The engines that start here, and in `missing` a sentence on each of the others. An engine has `name`,
 * `share`: of how many of the users it is timed on, so that none takes minutes, `load(lines)`, which
 * makes a table in its memory and answers how many users are in it, `facts()` about that table, and `close()`.
 */
export async function openEngines() {
  const engines = [];
  const missing = [];
  for (const [name, open] of [
    ["@duckdb/node-api", duckdb],
    ["nodejs-polars", polars],
    ["@duckdb/duckdb-wasm", duckdbWasm],
  ]) {
    try {
      engines.push(await open(`${name} ${VERSIONS[name]}`));
    } catch (fault) {
      missing.push(`without ${name} ${VERSIONS[name]}: ${String(fault.message).split("\n")[0]}`);
    }
  }
  return { engines, missing };
}

const COUNT = "select count(*)::double from profiles";
const FACTS = (country) =>
  `select count(*)::double, sum(round(total_revenue * 100))::double, (count(*) filter (country = '${country}'))::double from profiles`;

// WHY: with its columns named it reads a third faster than where it must find out what they are.
const COLUMNS = `{external_id: 'VARCHAR', random_bucket: 'USMALLINT', country: 'VARCHAR', language: 'VARCHAR',
  dob: 'DATE', email_subscribe: 'VARCHAR', push_subscribe: 'VARCHAR', total_revenue: 'DOUBLE',
  apps: 'STRUCT(last_used TIMESTAMP)[]', custom_attributes: 'STRUCT(tags VARCHAR[], is_vip BOOLEAN, signed_up DATE)'}`;

async function duckdb(version) {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const row = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0];
  return {
    name: `${version}, native, 1 thread, read_json with named columns`,
    measure: "W4.duckdb",
    share: 1,
    async load({ file }) {
      const source = `read_json('${file.replaceAll("'", "''")}', format = 'newline_delimited', columns = ${COLUMNS})`;
      await connection.run(`create or replace table profiles as select * from ${source}`);
      return (await row(COUNT))[0];
    },
    async facts(country) {
      const [users, cents, inCountry] = await row(FACTS(country));
      return { users, cents, inCountry };
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

// It keeps dates and times as texts. `readJSON` of a buffer takes twice as long.
async function polars(version) {
  process.env.POLARS_MAX_THREADS = "1"; // Read when its module is.
  const { default: pl } = await import("nodejs-polars");
  let frame;
  return {
    name: `${version}, native, 1 thread, scanJson`,
    measure: "W4.polars",
    share: 1 / 5,
    load({ file }) {
      frame = pl.scanJson(file).collectSync();
      return frame.height;
    },
    facts(country) {
      return {
        users: frame.height,
        cents: frame.getColumn("total_revenue").mul(100).round(0).sum(),
        inCountry: frame.filter(pl.col("country").eq(pl.lit(country))).height,
      };
    },
    close() {
      frame = undefined;
    },
  };
}

// WHY: an array in place of lines, since its `read_json` asks for an extension from the network at run
// time (and did not answer at all in Node), and `insertJSONFromPath` reads no lines.
async function duckdbWasm(version) {
  const { database, connection } = await openDuckdbWasm();
  const row = (sql) => Array.from(connection.query(sql).toArray()[0], ([, value]) => value);
  return {
    name: `${version}, insertJSONFromPath of an array`,
    measure: "W4.duckdbWasm",
    share: 1 / 50,
    load({ array }) {
      connection.query("drop table if exists profiles");
      database.registerFileBuffer("profiles.json", array());
      connection.insertJSONFromPath("profiles.json", { name: "profiles" });
      database.dropFile("profiles.json");
      return row(COUNT)[0];
    },
    facts(country) {
      const [users, cents, inCountry] = row(FACTS(country));
      return { users, cents, inCountry };
    },
    close() {
      connection.close();
      database.reset();
    },
  };
}
