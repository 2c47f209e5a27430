// The README's example runs as it stands, in a project that has the packed package.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

test("the example of the README runs, and what it asserts holds", () => {
  const [, example] = readme.match(/^```js\n(.*?)^```$/ms);
  assert.match(example, /assert\.equal/);
  const file = join(process.env.KOHORT_PACKAGE_DIR, `readme-${process.pid}.mjs`);
  // A last line that only a whole run prints.
  writeFileSync(file, `${example}\nconsole.log("to the end");\n`);
  try {
    assert.equal(execFileSync(process.execPath, [file], { encoding: "utf8" }), "to the end\n");
  } finally {
    rmSync(file);
  }
});

test("the README names the two commands", () => {
  for (const command of ["cargo xtask demo", "cargo xtask test"]) assert.ok(readme.includes(command), command);
});
