// What a page does with `kohort/worker`, in whatever runtime this is: what comes back is plain data.
import { covers } from "../support/conformance_run.mjs";

const BODY = '{"partner_api_key":"a","client_secret":"b","cohort_id":"7","cohort_changes":[{"user_ids":["ann","cy"]}]}';
const HEAP = { partner: "heap" };
const said = (promise) => promise.then(() => "no error", (error) => `${error.constructor.name} ${error.name}: ${error.message}`);
const LINES = '{"external_id":"ann"}\n'.repeat(50_000);
/** A megabyte. */
const CHUNK = new TextEncoder().encode(LINES).subarray(0, 22 * 47_662);

/** A stream of so many megabytes, and how many were taken of it. */
function stream(count, { thrown } = {}) {
  const made = { bytes: 0, cancelled: false };
  made.stream = new ReadableStream({
    pull(controller) {
      if (thrown && made.bytes) throw thrown;
      if (!count--) return controller.close();
      made.bytes += CHUNK.length;
      controller.enqueue(CHUNK.slice());
    },
    cancel() { made.cancelled = true; },
  });
  return made;
}

/** Every conformance case by both: what differs. */
export async function conformance(worker, full, cases) {
  await Promise.all([full.init(), worker.init()]);
  const wrong = [];
  for (const { area, expected, body } of cases) {
    const bytes = () => Uint8Array.from(atob(body), (character) => character.charCodeAt(0));
    const ask = async (kohort) => {
      const answer = area === "heap" ? await kohort.readHeapWebhook(bytes(), expected.options)
        : await kohort.checkCohortRequest(bytes(), { endpoint: area, ...expected.options });
      return area === "heap" && answer.ok ? { ...answer, add: [...answer.add], remove: [...answer.remove] } : answer;
    };
    const [here, there] = [await ask(full), await ask(worker)];
    if (!covers(here, there) || !covers(there, here)) wrong.push(expected.file);
  }
  return wrong;
}

/** The other calls by both, as pairs of texts. */
export async function calls(worker, full) {
  const all = async (kohort) => {
    const out = [];
    const workspace = await kohort.Workspace.create();
    out.push(await workspace.loadProfiles(new Blob(['{"external_id":"ann"}\n{"external_id":5}'])), await workspace.userCount, await workspace.revision);
    out.push(await workspace.previewCohortRequest(BODY, HEAP));
    const applied = await workspace.applyCohortRequest(BODY, HEAP);
    out.push(applied, await workspace.matchReportRows(applied.report), await workspace.matchReportRows(applied.report, { source: BODY }), await (await workspace.matchReportBlob(applied.report, { format: "csv" })).text());
    out.push(await workspace.cohorts(), await workspace.cohortMembers({ partner: "heap", cohortId: "7" }), await said(Promise.resolve().then(() => workspace.matchReportRows({ ...applied.report }))));
    out.push(await workspace.deleteUser({ external_id: "ann" }), await workspace.deleteUser({ external_id: "ann" }), await workspace.userCount);
    const { key, id } = await workspace.partners.issue("heap", { now: 5 });
    out.push(Boolean(await workspace.partners.verify("heap", key)), (await workspace.partners.list()).length, await workspace.partners.revoke("heap", id));
    const directory = await kohort.Directory.build('{"external_id":"ann"}');
    const stored = await kohort.Directory.fromBytes(await directory.toBytes());
    out.push(directory.count, stored.mode, await stored.lookup({ externalIds: ["ann", "cy"] }));
    const page = { syncTaskId: "t", pageNumber: 1, totalPages: 1 };
    const diff = await kohort.diffCohort("ann\nbo", "bo\ncy");
    const plan = await kohort.planCohortImport({ action: "sync", segment: { id: "7", name: "n" }, page, add: diff.add, remove: ["ann"] }, { partner: "heap", directory });
    out.push([...diff.add], diff.counts, plan, await workspace.applyCohortRequest(plan, HEAP));
    out.push([...(await kohort.diffCohortStream(new Blob(["ann"]), "cy")).add], await kohort.withKeys(plan.requests[0], { partnerApiKey: "p", clientSecret: "c" }));
    out.push(await kohort.classifyResponse({ status: 429, headers: new Headers({ "retry-after": "7" }) }), await kohort.checkCohortRequest(JSON.parse(BODY), { endpoint: "users" }));
    const checker = await kohort.createCohortChecker({ endpoint: "users" });
    out.push(await checker.check("{}"));
    for (const held of [workspace, directory, stored, checker]) await held.free();
    out.push(await said(Promise.resolve().then(() => workspace.cohorts())));
    const spent = new Blob(["ann"]).stream();
    await kohort.diffCohortStream(spent, "");
    // Each host has words of its own.
    out.push(/^TypeError /.test(await said(kohort.diffCohortStream(spent, ""))));
    if (typeof SharedArrayBuffer === "function") out.push(await said((await kohort.Workspace.create()).loadProfiles(new SharedArrayBuffer(9))));
    const going = await kohort.Workspace.create();
    const freed = said(going.loadProfiles(new ReadableStream({ async pull(controller) {
      await going.free();
      controller.enqueue(new TextEncoder().encode('{"external_id":"ann"}\n'));
    } }, { highWaterMark: 0 })));
    out.push(await freed);
    for (const wrong of [[5, { endpoint: "x" }], [Symbol("x"), { endpoint: "users" }], ["{}", { endpoint: "users", nothing: 1 }]]) {
      out.push(await said(Promise.resolve().then(() => kohort.checkCohortRequest(...wrong))));
    }
    return out.map((part) => JSON.stringify(part));
  };
  await full.init();
  const [here, there] = [await all(full), await all(worker)];
  return { compared: here.length, differs: here.flatMap((text, at) => text === there[at] ? [] : [[text, there[at]]]) };
}

/** While a stream is loaded the page's timer ticks, progress comes, and little is taken ahead. */
export async function long(worker, megabytes) {
  const workspace = await worker.Workspace.create();
  const made = stream(megabytes);
  let ahead = 0, told = 0, ticks = 0, gap = 0, last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    ticks++, gap = Math.max(gap, now - last), last = now;
  }, 5);
  const answer = await workspace.loadProfiles(made.stream, { onProgress: ({ bytes }) => { told++; ahead = Math.max(ahead, made.bytes - bytes); } });
  clearInterval(timer);
  await workspace.free();
  return { ok: answer.ok, met: answer.loaded + answer.updated, told, ticks, gap, ahead: ahead / CHUNK.length };
}

/** Ends of a load: by a signal, by what the page's callback or stream throws; what was taken stays. */
export async function ends(worker) {
  const workspace = await worker.Workspace.create();
  const stop = new AbortController(), reason = new RangeError("mine");
  const made = stream(2000);
  const aborted = await workspace.loadProfiles(made.stream, { signal: stop.signal, onProgress: ({ bytes }) => bytes > 3e6 && stop.abort(reason) }).catch((error) => error);
  const kept = await workspace.userCount;
  const thrown = await workspace.loadProfiles(stream(2000).stream, { onProgress() { throw reason; } }).catch((error) => error);
  const before = await said(workspace.loadProfiles("", { signal: AbortSignal.abort() }));
  const failed = await said(workspace.loadProfiles(stream(9, { thrown: new TypeError("the stream's") }).stream));
  const bytes = await said(workspace.loadProfiles(new Blob([LINES.repeat(20)]), { signal: AbortSignal.timeout(1) }));
  const busy = workspace.loadProfiles(new Blob([LINES]));
  const second = await workspace.loadProfiles("{}");
  await busy;
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { same: aborted === reason, taken: made.bytes / CHUNK.length, kept, thrown: thrown === reason, before, failed, bytes, busy: second.problems[0].code };
}

/** A signal stops a load before it begins, when it has just begun, once more, and not when it is over; what was there stays. */
export async function aborts(worker) {
  const lines = new TextEncoder().encode(Array.from({ length: 1_000_000 }, (_, index) => `{"external_id":"user ${index}"}\n`).join(""));
  const workspace = await worker.Workspace.create();
  await workspace.loadProfiles('{"external_id":"ann"}');
  const users = [], reasons = [];
  // The message that stops it is the one after that which begins it.
  for (const source of [lines, new Blob([lines])]) {
    const stop = new AbortController();
    const load = workspace.loadProfiles(source, { signal: stop.signal });
    stop.abort("first");
    stop.abort("second");
    reasons.push(await load.catch((reason) => reason));
    users.push(await workspace.userCount);
  }
  const late = new AbortController();
  const { loaded } = await workspace.loadProfiles('{"external_id":"bo"}', { signal: late.signal });
  late.abort();
  const before = await said(workspace.loadProfiles('{"external_id":"cy"}', { signal: AbortSignal.abort() }));
  // What leaves nothing is over at once.
  const stop = new AbortController();
  const made = [worker.Directory.build(lines, { signal: stop.signal }), worker.diffCohortStream(new ReadableStream(), lines, { signal: stop.signal })];
  const still = said(workspace.cohorts()).then(() => "later");
  stop.abort("at once");
  reasons.push(...await Promise.all(made.map((promise) => Promise.race([promise.catch((reason) => reason), still]))));
  return { users, reasons, loaded, before, cy: await workspace.profile({ external_id: "cy" }) };
}

/** Bytes stay the caller's unless they are given away. */
export async function transfer(worker) {
  const workspace = await worker.Workspace.create();
  const whole = new TextEncoder().encode(LINES);
  const part = whole.subarray(0, 22);
  const copied = await workspace.loadProfiles(part);
  const lengths = [whole.length];
  await workspace.loadProfiles(whole, { transfer: true });
  lengths.push(whole.length);
  return { loaded: copied.loaded, lengths, again: await said(workspace.loadProfiles(whole)), word: await said(workspace.loadProfiles("", { transfer: 1 })) };
}

/** Two workspaces know nothing of each other, and the calls of one keep their order. */
export async function two(worker) {
  const [one, other] = await Promise.all([worker.Workspace.create(), worker.Workspace.create()]);
  await one.loadProfiles('{"external_id":"ann"}');
  const [first, { report }, second] = await Promise.all([one.revision, one.applyCohortRequest(BODY, HEAP), one.revision]);
  return { users: [await one.userCount, await other.userCount], later: second - first, foreign: await said(other.matchReportRows(report)) };
}

/** What waits is told that the worker ended, and the next workspace has a new one. */
export async function terminated(worker) {
  const workspace = await worker.Workspace.create();
  const other = await worker.Workspace.create();
  const waits = said(workspace.loadProfiles(new Blob([LINES.repeat(20)])));
  const freed = said(other.free());
  worker.terminate();
  const next = await worker.Workspace.create();
  return { waits: await waits, freed: await freed, after: await said(workspace.cohorts()), users: await next.userCount };
}

/** A worker that ends without a word of its own: as it closes itself, and as the page ends it. */
export async function closed(worker, own, end) {
  const kohort = worker.connect(own);
  const workspace = await kohort.Workspace.create();
  const loading = said(workspace.loadProfiles(new ReadableStream()));
  end(own);
  return { loading: await loading, after: await said(workspace.cohorts()), next: await said(kohort.Workspace.create()) };
}

/** A worker that the page starts, which throws when it is told to. */
export async function crashed(worker, own) {
  const kohort = worker.connect(own);
  const workspace = await kohort.Workspace.create();
  const loading = said(workspace.loadProfiles(new ReadableStream()));
  own.postMessage("crash");
  return { loading: await loading, next: await said(kohort.Workspace.create()) };
}
