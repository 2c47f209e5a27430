// The peers of W3 with what they build before they count.

import { openTables } from "../../engines/segments.mjs";
import { versionOf } from "../../support/machine.mjs";
import { countInTable, tableOf } from "./arquero.mjs";
import { Bitmaps } from "./bitmaps.mjs";
import { countByMingo, countBySift, countObjects } from "./objects.mjs";
import { scan } from "./scan.mjs";
import { countByFastBitSets, countByRoaring, fastBitSets, roaringSets } from "./set_libraries.mjs";

/** Of so many users those count that would need seconds for all. */
const SHARE = 1 / 20;

/** WHY: starting duckdb-wasm takes longer than all else that a short run does. */
const NO_TABLES = { engines: [], missing: ["--quick: without duckdb-wasm"], close() {} };

/**
 * Peers have `name` and `count(question, now)`, some `measure`, `users` where they count over the first of them
 * alone, and `isForMany`, where they are asked for fifty segments too. `best` is one of the `quick` ones, which are
 * all with the `slow` ones; `built` says what they took to be ready, `missing` who is not here.
 */
export async function openPeers({ columns, objects }, { quick: isQuick }) {
  const built = [];
  const ready = async (name, make) => {
    const begin = performance.now();
    const made = await make();
    built.push({ name, ms: performance.now() - begin });
    return made;
  };
  const bitmaps = await ready("bitsets from typed columns", () => new Bitmaps(columns));
  const fast = await ready("typedfastbitset's sets from bitsets", () => fastBitSets(bitmaps));
  const compressed = await ready("roaring-wasm's sets from bitsets", () => roaringSets(bitmaps));
  const table = await ready("arquero's table from objects", () => tableOf(objects));
  const tables = isQuick
    ? NO_TABLES
    : await ready("duckdb-wasm's start, and both of its tables from typed columns", () => openTables(columns));
  if (!isQuick && tables.engines.length === 0) built.pop();
  const some = objects.slice(0, Math.ceil(objects.length * SHARE));
  const best = {
    name: "JavaScript, bitsets first, then typed columns",
    measure: "W3.bitmaps",
    count: (question, now) => bitmaps.count(question, now),
  };
  const quick = [
    best,
    {
      name: "JavaScript, typed columns, user by user",
      measure: "W3.scan",
      isForMany: true,
      count: (question, now) => scan(columns, question, now),
    },
    { name: "JavaScript, objects", measure: "W3.objects", count: (question, now) => countObjects(objects, question, now) },
  ];
  const slow = [
    {
      name: `typedfastbitset ${versionOf("typedfastbitset")}, then typed columns`,
      measure: "W3.typedfastbitset",
      count: (question, now) => countByFastBitSets(columns, fast, question, now),
    },
    {
      name: `roaring-wasm ${versionOf("roaring-wasm")}, then typed columns`,
      measure: "W3.roaring",
      count: (question, now) => countByRoaring(columns, compressed, question, now),
    },
    ...tables.engines,
    {
      name: `arquero ${versionOf("arquero")}`,
      measure: "W3.arquero",
      count: (question, now) => countInTable(table, question, now),
    },
    {
      name: `mingo ${versionOf("mingo")}`,
      measure: "W3.mingo",
      users: some.length,
      count: (question, now) => countByMingo(some, question, now),
    },
    {
      name: `sift ${versionOf("sift")}`,
      measure: "W3.sift",
      users: some.length,
      count: (question, now) => countBySift(some, question, now),
    },
  ];
  return { best, quick, slow, all: [...quick, ...slow], built, missing: tables.missing, close: tables.close };
}
