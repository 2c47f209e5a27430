// The page's two languages say the same things.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { GERMAN_MEANINGS } from "../../www/dashboard/meaning_texts.js";
import { DEMAND_TEXTS } from "../../www/dashboard/demand_texts.js";
import { FILTER_TEXTS } from "../../www/dashboard/filter_texts.js";
import { GERMAN_PATTERNS } from "../../www/dashboard/pattern_texts.js";
import { GERMAN_NEEDS, GERMAN_PROBLEMS } from "../../www/dashboard/problem_texts.js";
import { problemText, setLanguage, text } from "../../www/dashboard/texts.js";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** [code, message] of every row of the core's table. */
const rows = [...read("src/problem/codes.rs").matchAll(/^    [A-Z]\w+ "([a-z_0-9.]+)" .*?, "((?:[^"\\]|\\.)*)", "/gm)].map(
  ([, code, message]) => [code, message],
);
const placeholders = (message) => (message.match(/\{\w+\}/g) ?? []).sort();

test("every problem has a German message and help", () => {
  assert.ok(rows.length > 90, "the table of problems was not found");
  for (const [code] of rows) {
    assert.equal(GERMAN_PROBLEMS[code]?.length, 2, code);
    assert.ok(GERMAN_PROBLEMS[code].every((words) => words.length > 5), code);
  }
});

test("no German message is of a problem that does not exist", () => {
  const codes = new Set(rows.map(([code]) => code));
  assert.deepEqual(Object.keys(GERMAN_PROBLEMS).filter((code) => !codes.has(code)), []);
});

test("German messages are filled with the same as the English ones", () => {
  for (const [code, message] of rows) assert.deepEqual(placeholders(GERMAN_PROBLEMS[code][0]), placeholders(message), code);
});

test("every meaning of a segment's condition has a German sentence, with the same words of the wire", () => {
  const table = [...read("src/segment/meaning.rs").matchAll(/^    [A-Z]\w+ "([a-z_.]+)" \w+, "((?:[^"\\]|\\.)*)";$/gm)];
  assert.ok(table.length > 50, "the table of meanings was not found");
  assert.deepEqual(Object.keys(GERMAN_MEANINGS), table.map(([, code]) => code));
  const words = (sentence) => (sentence.match(/`[^`]*`/g) ?? []).sort();
  for (const [, code, says] of table) assert.deepEqual(words(GERMAN_MEANINGS[code]), words(JSON.parse(`"${says}"`)), code);
});

test("names and numbers find their places in German", () => {
  setLanguage("de");
  const say = (code, message) => problemText({ code, message, help: "" }).message;
  assert.equal(say("ids.too_many", "1003 ids in one request, and at most 1000 are allowed"), "1.003 IDs in einer Anfrage, erlaubt sind höchstens 1.000");
  assert.equal(say("signature.part_missing", "the `Heap-Hash` header has no `hmac`"), "der Kopfzeile `Heap-Hash` fehlt `hmac`");
  assert.equal(say("heap.field_missing", "`sync_info` is missing"), "`sync_info` fehlt");
  assert.equal(say("unheard.of", "something new"), "something new");
  setLanguage("en");
});

test("every text that the page asks for exists in both languages", () => {
  const asked = new Set();
  const modules = readdirSync(new URL("../../www/dashboard/", import.meta.url)).filter((name) => name.endsWith(".js"));
  for (const file of ["index.html", ...modules.map((name) => `dashboard/${name}`)]) {
    for (const [, key] of read(`www/${file}`).matchAll(/(?:data-text=|data-label=|\btext\()"(\w+)"/g)) asked.add(key);
  }
  assert.ok(asked.size > 50, "the page's texts were not found");
  for (const language of ["en", "de"]) {
    setLanguage(language);
    for (const key of asked) assert.notEqual(text(key), key, `${language}: ${key}`);
  }
  setLanguage("en");
});

test("the texts in the page's markup are the English ones", () => {
  const markup = read("www/index.html");
  for (const [, key, words] of markup.matchAll(/data-text="(\w+)"[^>]*>([^<]*)</g)) {
    assert.equal(words.trim().replaceAll(/\s+/g, " "), text(key), key);
  }
});

test("every filter, field, word and operator of the package's schema has its texts, and no other has", () => {
  const schema = JSON.parse(readFileSync(join(process.env.KOHORT_PACKAGE_DIR, "node_modules/kohort/dist/segment.schema.json"), "utf8"));
  const { filter, ...families } = schema.definitions;
  const wanted = new Set(Object.keys(filter.properties).filter((key) => key !== "AND" && key !== "OR").map((key) => `family_${key}`));
  const look = (node, key) => {
    if (Array.isArray(node)) return node.forEach((part) => look(part, key));
    if (typeof node !== "object") return;
    for (const word of node.enum ?? []) wanted.add(`${key === "comparison" ? "comparison" : "word"}_${word}`);
    for (const [name, part] of Object.entries(node)) {
      if (name !== "properties") look(part, key);
      else for (const [field, inner] of Object.entries(part)) {
        if (field !== "value") wanted.add(`field_${field}`);
        look(inner, field);
      }
    }
  };
  look(families);
  for (const value of [true, false]) wanted.add(`word_${value}`);
  assert.ok(wanted.size > 100, "the schema was not found");
  assert.deepEqual(Object.keys(FILTER_TEXTS).sort(), [...wanted].sort());
  const demands = [...wanted].filter((key) => key.startsWith("comparison_")).map((key) => key.replace("comparison", "demand"));
  assert.deepEqual(Object.keys(DEMAND_TEXTS).filter((key) => key.startsWith("demand_")).sort(), [...demands, "demand_all_of"].sort());
});

test("what data is missing is told in German too", () => {
  const table = [...read("src/segment/families.rs").matchAll(/Needs::\w+ => "([^"]+)"/g)].map(([, words]) => words);
  assert.ok(table.length > 3);
  assert.deepEqual(Object.keys(GERMAN_NEEDS).sort(), table.sort());
  setLanguage("de");
  for (const needs of table) {
    const { message } = problemText({ code: "segment.needs", message: `this is unknown of users as long as it is not loaded: ${needs}`, help: "" });
    assert.ok(message.endsWith(`: ${GERMAN_NEEDS[needs]}`), message);
  }
  setLanguage("en");
});

test("what is wrong with a regular expression is told in German too", () => {
  const directory = new URL("../../src/pattern/", import.meta.url);
  const source = readdirSync(directory).map((file) => readFileSync(new URL(file, directory), "utf8")).join("\n");
  const literal = '"((?:[^"\\\\]|\\\\.)*)"';
  // What is passed on at once, what stands in the table of groups, and what stands in that of escapes.
  const forms = [`(?:unsupported|malformed)\\(\\s*${literal}`, `^    \\("(?:[^"\\\\]|\\\\.)*", ${literal}\\),$`, `^            '.+ => ${literal},$`];
  const phrases = new Set(forms.flatMap((form) => {
    const found = [...source.matchAll(new RegExp(form, "gm"))].map(([, words]) => JSON.parse(`"${words}"`));
    assert.ok(found.length > 5, form);
    return found;
  }));
  assert.deepEqual(Object.keys(GERMAN_PATTERNS).sort(), [...phrases].sort());
  const code = (words) => (words.match(/`[^`]*`/g) ?? []).sort();
  setLanguage("de");
  for (const phrase of phrases) {
    assert.deepEqual(code(GERMAN_PATTERNS[phrase]), code(phrase), phrase);
    for (const [name, english] of [["segment.pattern_syntax", "a regular expression is wrong here"], ["segment.pattern_unsupported", "a regular expression has what is not supported"]]) {
      const { message } = problemText({ code: name, message: `${english}: ${phrase}`, help: "" });
      assert.ok(message.endsWith(`: ${GERMAN_PATTERNS[phrase]}`), message);
    }
  }
  setLanguage("en");
});
