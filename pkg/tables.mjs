// Tables that the Rust sources hold and that JavaScript needs as well, read from there, so that
// each is written once and the wasm modules need not carry words.
import { readFileSync } from "node:fs";

const source = path => readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
const literal = String.raw`"((?:[^"\\]|\\.)*)"`;
const unescape = text => JSON.parse(`"${text}"`);

/** The rows of a macro's table, each of which must fit `row`. */
function rows(text, macro, row) {
  const body = new RegExp(String.raw`^${macro}! \{\n(.*?)^\}`, "ms").exec(text)?.[1];
  if (!body) throw new Error(`found no ${macro}! table`);
  return body.split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("//")).map(line => {
    const found = row.exec(line);
    if (!found) throw new Error(`this line of the ${macro}! table is no row: ${line}`);
    return found.slice(1).map(unescape);
  });
}

function faults(text) {
  const arms = text.matchAll(new RegExp(String.raw`Fault::\w+ =>\s*\(\s*(\d+),\s*${literal},?\s*\)`, "g"));
  const found = [...arms].map(([, status, message]) => [Number(status), unescape(message)]);
  const count = Number(/pub const ALL: \[Fault; (\d+)\]/.exec(text)?.[1]);
  if (found.length !== count) throw new Error(`found ${found.length} of Braze's answers where there are ${count}`);
  return found;
}

/** A module that exports the tables. */
export function tables() {
  const codes = rows(source("problem/codes.rs"), "codes",
    new RegExp(`^\\w+ ${literal} (?:None|Some\\(\\w+\\)), ${literal}, ${literal};$`));
  const clusters = rows(source("payload/braze/clusters.rs"), "clusters",
    new RegExp(`^${literal} ${literal} "https://([^"]*)";$`));
  return [
    `export const CODES = ${JSON.stringify(codes.map(row => row.join("\t")).join("\n"))};`,
    `export const FAULTS = ${JSON.stringify(faults(source("problem/mod.rs")))};`,
    `export const CLUSTERS = ${JSON.stringify(clusters)};`,
  ].join("\n");
}
