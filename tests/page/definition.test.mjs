// A definition as the page's editor holds it: written so that a person reads it, added to, and taken step by step.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at, parsed, placeIn, steps, top, withCondition, written } from "../../www/dashboard/definition.js";

const filters = JSON.parse(readFileSync(new URL("../segments/filters.json", import.meta.url), "utf8")).map(({ filter }) => filter);
const [one, two, three] = filters;

test("what is written is read again as it was, in short lines", () => {
  for (const filter of filters) {
    const definition = { name: "n", apps: { any_of: ["a", "b"] }, filter: { AND: [filter, { OR: [filter, filter] }] }, exclude: [filter] };
    const text = written(definition);
    assert.deepEqual(JSON.parse(text), definition);
    assert.deepEqual(parsed(text), definition);
  }
  const text = written({ filter: { AND: [{ last_used_app: { comparison: "less_than_x_days_ago", value: 14 } }, { OR: [{ random_bucket: { comparison: "less_than", value: 1 } }] }] } });
  assert.ok(text.split("\n").every((line) => line.length < 60), text);
});

test("a text that is no object is not taken for one", () => {
  assert.deepEqual(parsed(" \n"), {});
  for (const text of ["[]", "5", "null", "{", '{"a":1'] ) assert.equal(parsed(text), undefined);
});

test("conditions are joined as it is said, and nothing else changes", () => {
  const join = (definition, ...more) => more.reduce((all, [condition, how]) => withCondition(all, condition, how), definition);
  assert.deepEqual(join({ name: "n" }, [one, "OR"]), { name: "n", filter: one });
  assert.deepEqual(join({}, [one, "AND"], [two, "AND"], [three, "AND"]), { filter: { AND: [one, two, three] } });
  assert.deepEqual(join({}, [one, "AND"], [two, "OR"], [three, "AND"]), { filter: { AND: [{ OR: [one, two] }, three] } });
  assert.deepEqual(join({ filter: one }, [two, "NOT"], [three, "NOT"]), { filter: one, exclude: [two, three] });
  assert.equal(withCondition({ filter: { AND: [one, two] } }, two, "AND"), undefined);
  assert.deepEqual(withCondition({ filter: { AND: [one, two] } }, two, "OR"), { filter: { OR: [{ AND: [one, two] }, two] } });
  assert.equal(withCondition({ exclude: [one] }, one, "NOT"), undefined);
});

test("each step has one condition more, and the last is the whole", () => {
  const definition = { name: "n", apps: "none", filter: { OR: [one, two] }, exclude: [three, one] };
  const { name, ...asked } = definition;
  const found = steps(definition);
  assert.deepEqual(found.map(({ how, part }) => [how, part]), [["apps", "none"], ["OR", one], ["OR", two], ["NOT", three], ["NOT", one]]);
  assert.deepEqual(found[1].definition.filter, { OR: [one] });
  assert.deepEqual(found.at(-1).definition, asked);
  assert.deepEqual(steps({}), []);
  assert.deepEqual(top({ filter: one }), { joiner: "AND", parts: [one] });
  const many = { filter: { AND: filters.slice(0, 40) }, exclude: [one] };
  assert.equal(steps(many).length, 12);
  assert.deepEqual(steps(many).at(-1), { part: undefined, how: "AND", definition: { apps: undefined, ...many } });
});

test("a place leads to its condition", () => {
  assert.equal(at({ filter: { AND: [one, { OR: [two] }] } }, "/filter/AND/1/OR/0"), two);
  assert.equal(at({}, "/filter/AND"), undefined);
});

test("a problem's place in bytes is found in the text, while it is the text of these bytes", () => {
  const text = '\ufeff{"ä😀": "pla"}';
  const source = new TextEncoder().encode(text);
  const value = { offset: 14, endOffset: 19 };
  const place = placeIn(text, source, value);
  assert.equal(text.slice(...place), '"pla"');
  assert.equal(text.slice(...placeIn(text, source, { offset: 5, endOffset: 11 })), '"ä😀"');
  assert.equal(placeIn(`${text} `, source, value), undefined);
  assert.equal(placeIn(text.replace("ä", "o"), source, value), undefined);
  assert.equal(placeIn(text, source, { offset: 3, endOffset: 3 }), undefined, "no text stands there");
});
