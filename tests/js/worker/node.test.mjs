// `kohort/worker` in a thread of Node's, and its table of calls against the `kohort` entry.
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import v8 from "node:v8";
import vm from "node:vm";
import { Worker } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { full, project } from "../support/package.mjs";
import { cases } from "../support/conformance_cases.mjs";
import * as suite from "./suite.mjs";

const file = join(project, `worker-importer-${process.pid}.mjs`);
writeFileSync(file, 'export * from "kohort/worker";');
const worker = await import(pathToFileURL(file));
rmSync(file);
after(() => worker.terminate());

/** Members of a class, and what is called on it. */
const members = (Class) => Reflect.ownKeys(Class.prototype).filter((name) => name !== "constructor").map(String).sort();
const statics = (Class) => Object.getOwnPropertyNames(Class).filter((name) => typeof Class[name] === "function" && name !== "made").sort();

test("every call of the kohort entry is there", async () => {
  // A gateway takes functions, which reach no worker, and is asynchronous by itself.
  const gateway = ["createCohortGateway", "durableObject", "memoryState"];
  const calls = Object.keys(full).filter((name) => !gateway.includes(name));
  assert.deepEqual(Object.keys(worker).sort(), [...calls, "connect", "terminate"].sort());
  const own = { Directory: [], Workspace: ["partners"], SyncGuard: ["free", "Symbol(Symbol.dispose)"] };
  for (const [name, more] of Object.entries(own)) {
    // What is JSON of a guard is asked for by `state()`.
    const wanted = [...members(full[name]).filter((member) => member !== "toJSON" && !/^_|Symbol\(/.test(member)), ...more];
    const found = members(worker[name]);
    for (const member of wanted.filter((member) => member !== "Symbol(Symbol.dispose)")) assert.ok(found.includes(member), `${name}.${member}`);
    for (const call of statics(full[name])) assert.ok(statics(worker[name]).includes(call), `${name}.${call}`);
  }
  const [here, there] = [await full.Workspace.create(), await worker.Workspace.create()];
  assert.deepEqual(Object.keys(there.partners).sort(), Object.keys(here.partners).sort());
  here.free();
});

test("a thread of Node's answers as the entry does", async () => {
  assert.deepEqual(await suite.conformance(worker, full, cases), []);
  const { compared, differs } = await suite.calls(worker, full);
  assert.ok(compared > 25);
  assert.deepEqual(differs, []);
  assert.deepEqual((await suite.transfer(worker)).lengths, [1_100_000, 0]);
  const { waits, freed } = await suite.terminated(worker);
  assert.match(waits, /was terminated/);
  assert.equal(freed, "no error");
});

test("a guard keeps its pages with the worker", async () => {
  const guard = await worker.SyncGuard.create();
  const page = { segmentId: "1", syncTaskId: "t", pageNumber: 1, totalPages: 1 };
  assert.equal((await guard.begin(page, "h")).verdict, "new");
  assert.equal((await guard.commit(page)).complete, true);
  const again = await worker.SyncGuard.create(await guard.state());
  assert.equal((await again.begin(page, "h")).verdict, "done");
});

test("no id and no secret stands in what is thrown", async () => {
  const MARK = "MARKED-7c1f";
  const workspace = await worker.Workspace.create();
  for (const call of [
    () => worker.checkCohortRequest({ [MARK]: Symbol(MARK), n: 5n }, { endpoint: "users" }), () => worker.checkCohortRequest("{}", { endpoint: MARK }),
    () => worker.verifyHeapSignature("", MARK, { secret: { [MARK]: () => MARK } }), () => worker.diffCohort(new Map([[MARK, () => MARK]]), Symbol(MARK)),
    () => workspace.matchReportRows({ [MARK]: MARK }), () => workspace.loadProfiles(new ReadableStream({ start(c) { c.enqueue(MARK); } })),
  ]) await assert.rejects(async () => call(), (error) => !/MARKED/.test(`${error}${error.stack}${JSON.stringify(error)}`), String(call));
});

const LINES = Array.from({ length: 20_000 }, (_, index) => `{"external_id":"user ${index}"}`).join("\n");

test("what was done before it could be stopped rejects all the same", async () => {
  const workspace = await worker.Workspace.create();
  const reason = new RangeError("mine");
  const thrown = workspace.loadProfiles(LINES, { onProgress() { throw reason; } });
  await assert.rejects(thrown, (error) => error === reason);
  const stop = new AbortController();
  const stopped = workspace.loadProfiles(new Blob([LINES]), { signal: stop.signal, onProgress: () => stop.abort(reason) });
  await assert.rejects(stopped, (error) => error === reason);
  const at = new AbortController();
  const built = worker.Directory.build(new Blob(['{"external_id":"a"}']), { signal: at.signal });
  at.abort(reason);
  await assert.rejects(built, (error) => error === reason);
  assert.equal(await workspace.userCount, 20_000, "what was taken stays");
  await workspace.free();
});

test("nothing of a call that is waited for is collected", async () => {
  v8.setFlagsFromString("--expose_gc");
  const collect = vm.runInNewContext("gc");
  const timer = setInterval(collect, 1);
  try {
    const load = async () => (await worker.Workspace.create()).loadProfiles(new Blob([`${LINES}\n`.repeat(30)]));
    const { ok, loaded, updated } = await load();
    assert.deepEqual([ok, loaded + updated], [true, 30 * 20_000]);
  } finally {
    clearInterval(timer);
  }
});

test("a thread that cannot start, that ends, or that says nothing leaves no call waiting", async (t) => {
  const missing = worker.connect(new Worker(join(project, "nothing.mjs")));
  await assert.rejects(missing.Workspace.create(), /could not be started/);
  const file = join(project, `worker-ending-${process.pid}.mjs`);
  writeFileSync(file, `import "kohort/worker/engine"; import { parentPort } from "node:worker_threads";
    parentPort.on("message", (data) => data === "exit" && process.exit());`);
  t.after(() => rmSync(file));
  const ending = new Worker(file);
  const { Workspace } = worker.connect(ending);
  const workspace = await Workspace.create();
  const waiting = workspace.loadProfiles(new ReadableStream());
  ending.postMessage("exit");
  await assert.rejects(waiting, /the worker of kohort ended: what it held is lost/);
  await assert.rejects(workspace.userCount, /the worker of kohort ended/);
  await assert.rejects(Workspace.create(), /start and connect another/);
  await workspace.free();
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const silent = worker.connect(new Worker('require("node:worker_threads").parentPort.on("message", () => {});', { eval: true })).Workspace.create();
  const rejected = assert.rejects(silent, /no word from the worker .* does it import `kohort\/worker\/engine`/);
  await null;
  t.mock.timers.tick(60_000);
  await rejected;
});

test("a signal is heard soon, and what leaves nothing is over at once", async () => {
  const { users, reasons, loaded, cy } = await suite.aborts(worker);
  assert.deepEqual([reasons, loaded, cy], [["first", "first", "at once", "at once"], 1, undefined]);
  assert.ok(users.every((count) => count > 0 && count < 120_000), `${users}`);
});

// Last: what a browser can do is asked once, so that a page of its own is made for it.
test("where streams cannot be transferred they are asked for piece by piece", async () => {
  const { structuredClone } = globalThis;
  globalThis.structuredClone = () => { throw new TypeError("no"); };
  try {
    const pumped = await import(`${pathToFileURL(join(project, "node_modules/kohort/dist/worker.node.js"))}?pumped`);
    const { ok, ahead, told } = await suite.long(pumped, 20);
    assert.ok(ok && told >= 20 && ahead < 8, `${ahead}`);
    const { same, thrown, failed, taken } = await suite.ends(pumped);
    assert.deepEqual([same, thrown, failed], [true, true, "TypeError TypeError: the stream's"]);
    assert.ok(taken < 40);
    // A piece that is no bytes is no end.
    const workspace = await pumped.Workspace.create();
    const text = () => new ReadableStream({ start(controller) { controller.enqueue("ada\n"); controller.close(); } });
    await assert.rejects(workspace.loadProfiles(text()), /source must be a stream of Uint8Array; of strings pipe it through a TextEncoderStream/);
    await assert.rejects(pumped.diffCohortStream("ada", text()), /next must be a stream of Uint8Array/);
    await assert.rejects(workspace.loadProfiles({ getReader: () => ({ read: async () => ({ done: false, value: "x" }) }) }), /stream of Uint8Array/);
    assert.equal((await workspace.loadProfiles('{"external_id":"a"}')).loaded, 1);
    pumped.terminate();
  } finally {
    globalThis.structuredClone = structuredClone;
  }
});
