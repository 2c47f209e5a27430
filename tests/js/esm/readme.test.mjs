// The README's example and its worker run as they stand, in a project that has the packed package.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { sign, webhook } from "../support/bodies.mjs";

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

test("the worker of the README tells Heap 200 only where Braze has accepted", async () => {
  const [, [, worker]] = [...readme.matchAll(/^```js\n(.*?)^```$/gms)];
  assert.match(worker, /verifyHeapSignature/);
  const file = join(process.env.KOHORT_PACKAGE_DIR, `readme-worker-${process.pid}.mjs`);
  writeFileSync(file, worker);
  const original = globalThis.fetch;
  const env = { HEAP_SECRET: "s", PARTNER_API_KEY: "p", CLIENT_SECRET: "c", BRAZE_REST_ENDPOINT: "https://rest.fra-02.braze.eu" };
  const asked = [];
  try {
    const { default: { fetch } } = await import(file);
    const statusFor = async (body, header, brazeSays) => {
      asked.length = 0;
      globalThis.fetch = async (...request) => (asked.push(request), brazeSays());
      const request = new Request("https://worker/", { method: "POST", body, headers: { "heap-hash": header } });
      return (await fetch(request, env)).status;
    };
    const body = webhook(), header = sign(body, "s", Date.now());
    const saying = (status, text = "{}") => () => new Response(text, { status });
    assert.equal(await statusFor(body, header, saying(201, '{"message":"success"}')), 200);
    const [[url, { body: sent }]] = asked;
    assert.equal(url, "https://rest.fra-02.braze.eu/partners/heap/cohorts/users");
    assert.equal(JSON.parse(sent).client_secret, "c");
    for (const says of [saying(503), saying(429), saying(400), saying(401), saying(500)]) {
      assert.equal(await statusFor(body, header, says), 503);
    }
    await assert.rejects(statusFor(body, header, () => { throw new TypeError("no network"); }), "an error is no 200 either");
    assert.equal(await statusFor(body, sign(body, "other", Date.now()), saying(201)), 403);
    assert.equal(await statusFor("{}", sign("{}", "s", Date.now()), saying(201)), 400);
    assert.equal(asked.length, 0, "nothing is forwarded of what is refused");
  } finally {
    globalThis.fetch = original;
    rmSync(file);
  }
});

test("the README names the two commands", () => {
  for (const command of ["cargo xtask demo", "cargo xtask test"]) assert.ok(readme.includes(command), command);
});
