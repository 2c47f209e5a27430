// The README's examples and its worker run, or compile, as they stand, in a project that has the packed package.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { sign, webhook } from "../support/bodies.mjs";
import { project } from "../support/package.mjs";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

/** The README's examples in a language. */
const examples = (language) => [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text]) => text);
const [worker] = examples("js").filter((text) => text.includes("export default"));
const programs = examples("js").filter((text) => text !== worker);

/** A file in a project that has the package, for as long as `act` takes. */
function written(name, text, act) {
  const file = join(process.env.KOHORT_PACKAGE_DIR, `readme-${process.pid}-${name}`);
  writeFileSync(file, text);
  try {
    return act(file);
  } finally {
    rmSync(file);
  }
}

test("the examples of the README run, and what they assert holds", () => {
  assert.equal(programs.length, 7);
  for (const program of programs) {
    assert.match(program, /assert\.equal|assert\.deepEqual/);
    // A last line that only a whole run prints.
    const said = written("example.mjs", `${program}\nconsole.log("to the end");\n`, (file) =>
      execFileSync(process.execPath, [file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    assert.equal(said, "to the end\n");
  }
});

test("the examples in TypeScript compile, and not where the narrowing is left out", () => {
  const [example, ...others] = examples("ts");
  assert.equal(others.length, 0);
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const compiles = (text) => written("example.mts", text, (file) => spawnSync(process.execPath, [
    tsc, "--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "--types", "", file,
  ], { encoding: "utf8" }));
  assert.equal(compiles(example).stdout, "");
  const without = example.replace("plan.ok ? plan.requests.length : plan.problems", "plan.requests.length");
  assert.match(compiles(without).stdout, /Property 'requests' does not exist/);
});

test("the worker of the README tells Heap 200 only where Braze has accepted", async () => {
  assert.match(worker, /createCohortGateway/);
  const file = join(process.env.KOHORT_PACKAGE_DIR, `readme-worker-${process.pid}.mjs`);
  writeFileSync(file, worker);
  const [original, print] = [globalThis.fetch, console.log];
  const env = { HEAP_WEBHOOK_SECRET: "s", BRAZE_PARTNER_API_KEY: "p", BRAZE_DATA_IMPORT_KEY: "c", BRAZE_REST_ENDPOINT: "https://rest.fra-02.braze.eu" };
  const asked = [], log = [];
  try {
    const { default: { fetch } } = await import(file);
    console.log = (line) => log.push(JSON.parse(line));
    let sync = 0;
    /** A page of a sync of its own, so that none came before. */
    const statusFor = async (brazeSays, { body = webhook({ task: `sync ${++sync}` }), header = sign(body, "s", Date.now()) } = {}) => {
      asked.length = 0;
      globalThis.fetch = async (...request) => (asked.push(request), brazeSays(asked.length));
      const request = new Request("https://worker/heap", { method: "POST", body, headers: { "heap-hash": header, "content-type": "application/json" } });
      return (await fetch(request, env)).status;
    };
    const saying = (status) => () => new Response("{}", { status, headers: status < 300 ? {} : { "retry-after": "60" } });
    assert.equal(await statusFor(saying(201)), 200);
    const [[, { body: named }], [url, { body: sent }]] = asked;
    assert.equal(JSON.parse(named).name, JSON.parse(webhook()).data.segment.name);
    assert.equal(url, "https://rest.fra-02.braze.eu/partners/heap/cohorts/users");
    assert.equal(JSON.parse(sent).client_secret, "c");
    assert.equal(log[0].code, "page.forwarded");
    // Told to wait for a minute, it lets Heap send the page again.
    for (const [says, status] of [[503, 503], [500, 503], [423, 503], [400, 502]]) assert.equal(await statusFor(saying(says)), status, `${says}`);
    assert.equal(await statusFor((attempt) => { if (attempt === 1) throw new TypeError("no network"); return new Response("{}", { status: 201 }); }), 200, "sent again");
    const body = webhook();
    assert.equal(await statusFor(saying(201), { body, header: sign(body, "other", Date.now()) }), 403);
    assert.equal(await statusFor(saying(201), { body: "{}" }), 400);
    assert.equal(asked.length, 0, "nothing is forwarded of what is refused");
    assert.equal(await statusFor(saying(401)), 502);
    assert.equal(await statusFor(saying(201)), 502, "nothing more is sent with these keys");
    assert.equal(asked.length, 0);
  } finally {
    [globalThis.fetch, console.log] = [original, print];
    rmSync(file);
  }
});

test("the README names the two commands", () => {
  for (const command of ["cargo xtask demo", "cargo xtask test"]) assert.ok(readme.includes(command), command);
});

test("what the packed README links to is packed, or is a page", () => {
  const folder = new URL(`file://${project}/node_modules/kohort/`);
  const links = [...readFileSync(new URL("README.md", folder), "utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
  assert.ok(links.includes("https://www.braze.com/docs/partners/isv_partners/cohort_import"));
  for (const link of links) assert.ok(link.startsWith("https://") || existsSync(new URL(link, folder)), link);
});
