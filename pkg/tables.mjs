// Tables that the Rust sources hold and that JavaScript needs as well, read from there, so that
// each is written once and the wasm modules need not carry words.
import { readFileSync } from "node:fs";

const source = path => readFileSync(new URL(`../src/${path}`, import.meta.url), "utf8");
const literal = String.raw`"((?:[^"\\]|\\.)*)"`;
const unescape = text => JSON.parse(`"${text}"`);

/** Where in the table of codes those end that the edge module may find, then the known module, then the full one. */
const ENDS = /^ *\/\/ Here ends what the (?:edge|known|full) module may find.*$/m;

/** The codes that the vendors module and its calls may find. */
const OF_VENDORS = /^(?:json|field|limit|ids?|alias|vendor|moengage)\.|^plan\.(?:needs_snapshot|unsendable)\t/;

/** The rows of a macro's table, each of which must fit `row`, made into what `made` says. */
function rows(text, macro, row, made = found => found.map(unescape)) {
  const body = new RegExp(String.raw`^${macro}! \{\n(.*?)^\}`, "ms").exec(text)?.[1];
  if (!body) throw new Error(`found no ${macro}! table`);
  return body.split("\n").map(line => line.trim()).filter(line => line && !line.startsWith("//")).map(line => {
    const found = row.exec(line);
    if (!found) throw new Error(`this line of the ${macro}! table is no row: ${line}`);
    return made(found.slice(1));
  });
}

/** The wire words of an enum that `words!` makes, in its order. */
function wireWords(text, name) {
  const body = new RegExp(String.raw`^ {4}${name} \{\n([^}]*)^ {4}\}`, "m").exec(text)?.[1];
  const words = body?.split("\n").map(line => line.trim()).filter(Boolean).map(line => new RegExp(`^\\w+ ${literal}$`).exec(line)?.[1]);
  if (!words?.every(Boolean)) throw new Error(`found no words! of ${name}, or a line that is none`);
  return words;
}

/** The table of vendors; `id_field` is there where a vendor has a field of that name unless the caller says another. */
function vendorRows() {
  const words = String.raw`\[((?:"[^"]*"(?:, )?)*)\]`;
  const row = new RegExp(String.raw`^\w+ ${literal} ${literal} (\w+) ${literal} (Named\(${literal}\)|Told|Fixed), ${words}, ${words}, ${words}, ${words};$`);
  const list = text => JSON.parse(`[${text}]`);
  return rows(source("payload/vendors/list.rs"), "vendors", row, found => {
    const [name, title, status, address, id, field, add, remove, full, drain] = found;
    return {
      name, title, status: status.toLowerCase(), source: address, idField: field ?? (id === "Told" ? "told" : "fixed"),
      actions: { add: list(add), remove: list(remove), full: list(full), drain: list(drain) },
    };
  });
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
  const [edge, known, full, vendors, ...none] = text.split(ENDS);
  if (vendors === undefined || none.length) throw new Error("the table of codes must say once where those of the edge, the known and the full module end");
  const all = words(text);
  const [codes, more, most] = [edge, edge + known, edge + known + full].map(part => words(`${part}}`).length);
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
    `export const FULL_CODES = ${lines(more, most)};`,
    // A code is the number of its line, so that those that are left out have an empty one.
    `export const VENDOR_CODES = ${JSON.stringify(all.map(row => OF_VENDORS.test(row) ? row : "").join("\n"))};`,
    `export const FAULTS = ${JSON.stringify(faults.map(([status, message]) => [Number(status), message]))};`,
    `export const VENDORS = ${JSON.stringify(vendorRows())};`,
    // Frozen here: a bundle in between would lose the note that lets a worker leave them out.
    `export const CLUSTERS = /* @__PURE__ */ (list => (list.forEach(Object.freeze), Object.freeze(list)))(${
      JSON.stringify(clusters.map(([instance, region, restEndpoint]) => ({ instance, restEndpoint, region })))});`,
  ].join("\n");
}
