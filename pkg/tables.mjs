// Tables that the Rust sources hold and that JavaScript needs as well, read from there, so that
// each is written once and the wasm modules need not carry words.
import { readFileSync } from "node:fs";

const source = path => readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
const literal = String.raw`"((?:[^"\\]|\\.)*)"`;
const unescape = text => JSON.parse(`"${text}"`);

/** Where in the table of codes those end that the edge module may find, and then the known module. */
const ENDS = /^ *\/\/ Here ends what the (?:edge|known) module may find.*$/m;

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

/** The wire words of an enum that `words!` makes, in its order. */
function wireWords(text, name) {
  const body = new RegExp(String.raw`^ {4}${name} \{\n([^}]*)^ {4}\}`, "m").exec(text)?.[1];
  const words = body?.split("\n").map(line => line.trim()).filter(Boolean).map(line => new RegExp(`^\\w+ ${literal}$`).exec(line)?.[1]);
  if (!words?.every(Boolean)) throw new Error(`found no words! of ${name}, or a line that is none`);
  return words;
}

/** A module that exports the limits of whole numbers and milliseconds, as the Rust source writes them. */
export function limits() {
  const found = [...source("limits.rs").matchAll(/^pub const (\w+): \w+ = ([\d_. <]+);$/gm)];
  if (!found.length) throw new Error("found no limits");
  return found.map(([, name, value]) => `export const ${name} = ${value};`).join("\n");
}

/** A module that exports the tables. */
export function tables() {
  const text = source("problem/codes.rs");
  const words = text => rows(text, "codes", new RegExp(`^\\w+ ${literal} (?:None|Some\\(\\w+\\)), ${literal}, ${literal};$`))
    .map(row => row.join("\t"));
  const [edge, known, full, ...none] = text.split(ENDS);
  if (full === undefined || none.length) throw new Error("the table of codes must say once where those of the edge and the known module end");
  const all = words(text);
  const [codes, more] = [words(`${edge}}`).length, words(`${edge}${known}}`).length];
  const lines = (from, to) => JSON.stringify((from ? "\n" : "") + all.slice(from, to).join("\n"));
  const clusters = rows(source("payload/braze/clusters.rs"), "clusters",
    new RegExp(`^${literal} ${literal} ${literal};$`));
  const faults = rows(source("problem/fault.rs"), "faults", new RegExp(`^\\w+ (\\d+) ${literal};$`));
  const matching = source("cohort/matching.rs");
  return [
    `export const OUTCOMES = ${JSON.stringify(wireWords(matching, "Outcome"))};`,
    `export const EFFECTS = ${JSON.stringify(wireWords(matching, "Effect"))};`,
    `export const CODES = ${lines(0, codes)};`,
    `export const KNOWN_CODES = ${lines(codes, more)};`,
    `export const FULL_CODES = ${lines(more)};`,
    `export const FAULTS = ${JSON.stringify(faults.map(([status, message]) => [Number(status), message]))};`,
    // Frozen here: a bundle in between would lose the note that lets a worker leave them out.
    `export const CLUSTERS = /* @__PURE__ */ (list => (list.forEach(Object.freeze), Object.freeze(list)))(${
      JSON.stringify(clusters.map(([instance, region, restEndpoint]) => ({ instance, restEndpoint, region })))});`,
  ].join("\n");
}
