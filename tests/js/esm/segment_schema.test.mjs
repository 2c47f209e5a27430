// The JSON Schema that the package ships agrees with what the core says of definitions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import { project } from "../support/package.mjs";

const read = (url) => JSON.parse(readFileSync(url, "utf8"));
const table = (name) => read(new URL(`../../segments/${name}`, import.meta.url));
const schema = read(new URL("node_modules/kohort/dist/segment.schema.json", `${pathToFileURL(project)}/`));
const isValid = new Ajv().compile(schema);

test("each good definition is valid", () => {
  const rows = table("filters.json");
  assert.ok(rows.length > 80, `only ${rows.length} filters`);
  for (const { filter } of rows) {
    assert.ok(isValid({ filter }), JSON.stringify(filter));
    assert.ok(isValid({ name: "n", apps: { any_of: ["a"] }, filter: { AND: [{ OR: [filter] }] }, exclude: [filter] }));
  }
});

test("each bad one is not, but where a schema cannot say what is wrong", () => {
  const rows = table("faults.json");
  assert.ok(rows.length > 80, `only ${rows.length} definitions`);
  for (const row of rows) {
    const definition = "filter" in row ? { filter: row.filter } : row.definition;
    assert.equal(isValid(definition), row.passes === true, JSON.stringify(definition));
  }
});
