// The gateway: an HTTP handler that lets only well-formed, signed and wanted cohort changes through.
import { MAX_PROBLEMS } from "kohort:limits";
import type { CohortGateway, Forwarded, GatewayLogEntry, GatewayOptions, Mended, MendRequest, Problem } from "../../types";
import { fail, options, partnerOf } from "../arguments";
import { verifyHeapSignatureAsync } from "../heap";
import { idList, readIds } from "../ids";
import { part } from "../input";
import { decode, found } from "../problems";
import { codesOf, respond, respondAsBraze, statusOf, type Told } from "./answers";
import { BEFORE, readBody } from "./body";
import { settle, type Settings } from "./config";
import { hex } from "./delivery";
import { importPages, type Importer } from "./imports";
import { allDue, cohortOf, enqueue, members as membersOf, rejectedCount, setName, stoppedBy } from "./ledger";
import { KeptPage } from "./kept";
import { planMend } from "./mend";
import type { Source } from "./pages";
import { relay } from "./relay";
import { memoryState, StateError, watched } from "./state";
import { deliver, Worker } from "./work";

const BRAZE = /^\/partners\/([a-z0-9_-]{1,64})\/cohorts(\/users)?$/;
/** An address whose path is as it is written: taking it apart takes as long as reading ten ids. */
const PLAIN_URL = /^https?:\/\/[\w.:-]+(\/[\w/-]*)$/;
/** After which time what was not sent by a call that was is looked for by another. */
const NET_MS = 5_000;
type Route = GatewayLogEntry["route"];
type Context = { waitUntil?(promise: Promise<unknown>): void } | undefined;

export function createCohortGateway<Env = unknown>(given: GatewayOptions<Env>): CohortGateway<Env> {
  const { config, state, queue, log, fetch: send, now = Date.now } = options(given, "config state queue log fetch now", "options");
  if (typeof config !== "function") fail("options.config must be a function of the environment");
  if (state !== undefined && typeof state?.transaction !== "function") fail("options.state must have `transaction`");
  if (queue !== undefined && typeof queue?.wake !== "function") fail("options.queue must have `wake`");
  if (queue && !state) fail("options.queue needs a `state` that outlives a crash");
  for (const [name, call] of Object.entries({ log, fetch: send, now })) if (call !== undefined && typeof call !== "function") fail(`options.${name} must be a function`);

  const turns = new Map<string, Promise<unknown>>();
  const importer: Importer = {
    state: watched(state ?? memoryState()), keepsMembers: state !== undefined, queue, now,
    // WHY: looked up at each call: hosts and tests put another in its place, and some want it called plainly.
    fetch: (...request) => (send ?? globalThis.fetch)(...request),
    async inTurn(cohorts, work) {
      const before = cohorts.map(cohort => turns.get(cohort));
      const mine = Promise.allSettled(before).then(work);
      const ended = mine.catch(() => {});
      for (const cohort of cohorts) turns.set(cohort, ended);
      void ended.then(() => { for (const cohort of cohorts) if (turns.get(cohort) === ended) turns.delete(cohort); });
      return mine;
    },
  };
  const note = (entry: GatewayLogEntry) => {
    // What a log throws is its own affair.
    try { if (log) Promise.resolve(log(entry)).catch(() => {}); } catch {}
  };
  const worker = new Worker(importer, queue, ({ job, said, attempt, durationMs }) => note({
    requestId: crypto.randomUUID(), route: "forward", status: said.status, code: said.code, durationMs, requests: said.status ? 1 : 0,
    ids: said.outcome === "accepted" ? job.ids : 0, received: job.ids, attempt,
  }));
  const settled = async (env: Env, request?: Request) => settle(await config(env, request));
  /** As `settled`, with what is wrong in place of what it throws: only our own words are told on. */
  const settledOr = async (env: Env, request: Request): Promise<Settings | string> => {
    let answer;
    try { answer = await config(env, request); } catch { return "config threw"; }
    try { return settle(answer); } catch (error) { return (error as Error).message; }
  };

  /** Answers a request, with what it is about. */
  async function handle(request: Request, env: Env, context: Context, about: { route: Route; settings?: Settings; bytes?: number }): Promise<Told> {
    const began = now();
    const path = PLAIN_URL.exec(request.url)?.[1] ?? new URL(request.url).pathname;
    const settings = await settledOr(env, request);
    if (typeof settings === "string") return { code: "gateway.config", fault: settings };
    about.settings = settings;
    const braze = BRAZE.exec(path), route = settings.routes.get(path);
    const isHeap = path === settings.heap?.path;
    about.route = path === "/health" ? "health" : isHeap ? "heap" : braze ? "braze" : route ? "other" : "none";
    if (about.route === "none" || braze && !settings.partners.includes(braze[1]!)) return { code: "http.not_found" };
    const methods = about.route === "health" ? ["GET", "HEAD"] : ["POST"];
    if (!methods.includes(request.method)) return { code: "http.method", headers: { allow: methods.join(", ") } };
    if (about.route === "health") {
      const told = await health(settings);
      // Whoever asks how it is also wakes it, should the host have forgotten to.
      if (queue && told.state!.queued) await forwardSoon(settings, context);
      return told;
    }

    const body = await readBody(request, settings.maxBytes);
    if (typeof body === "string") return { code: body, ...body === "http.content_encoding" && { headers: { "accept-encoding": typeof DecompressionStream === "function" ? "gzip" : "identity" } } };
    about.bytes = body.length;
    const deadline = began + settings.answerWithinMs;
    const told = isHeap ? await heap(settings, request, body, deadline)
      : route ? await other(settings, path, request, body, deadline)
      : await relay(importer, settings, braze![1]!, braze![2] ? "users" : "name", body, path, deadline);
    // After a repeat too: what is stored may have been left without anybody who was told of it.
    if (queue && /\.(queued|done_before)$/.test(told.code)) await forwardSoon(settings, context);
    return told;
  }

  /** Sends what is stored while the answer is on its way. */
  async function forwardSoon(settings: Settings, context: Context): Promise<void> {
    // Without a context the host keeps nothing alive for it: then `wake` alone does. With one it is there
    // should this process end. WHY not at once: of two alarms at nearly one time workerd may lose the later.
    try { await queue!.wake(now() + (context?.waitUntil ? NET_MS : 0)); } catch { throw new StateError(); }
    const work = worker.run(settings).catch(() => {});
    context?.waitUntil?.(work);
  }

  async function heap(settings: Settings, request: Request, body: Uint8Array, deadline: number): Promise<Told> {
    const { secret, maxAgeMs, maxFutureMs, partner, mapping } = settings.heap!;
    // The signature is over the bytes: nothing looks into them before.
    const signature = await verifyHeapSignatureAsync(body, request.headers.get("heap-hash"), { secret, now: now(), maxAgeMs, maxFutureMs }, BEFORE);
    if (!signature.ok) return { code: signature.problems[0]!.code, status: signature.status, problems: signature.problems };
    const { maxBytes, maxDepth } = settings;
    const hash = await hashOf(settings, body);
    const page = KeptPage.read(body, [MAX_PROBLEMS, maxBytes, maxDepth], typeof mapping === "function");
    if (!("received" in page)) return { code: "webhook.invalid", problems: page.problems, warnings: page.warnings };
    try {
      page.mapping = typeof mapping === "function" ? mapping(page.fields) : mapping;
    } catch {
      page.release();
      return { code: "gateway.route", fault: "config.heap.mapping threw" };
    }
    // WHY: nothing is waited for up to here, nor before it is planned: till then its ids are where they were read.
    const told = take(settings, partner, [page], hash, deadline, page.warnings);
    page.release();
    return told;
  }

  async function other(settings: Settings, path: string, request: Request, body: Uint8Array, deadline: number): Promise<Told> {
    const { partner, authorize, read } = settings.routes.get(path)!;
    let answer;
    try {
      if (await authorize(request, body) !== true) return { code: "route.unauthorized" };
      answer = await read(body, request);
      if (!Array.isArray(answer.ok ? answer.sources : answer.problems)) throw new TypeError();
    } catch {
      return { code: "gateway.route", fault: "`authorize` or `read` of a route failed" };
    }
    if (!answer.ok) return { code: "body.invalid", problems: answer.problems, warnings: answer.warnings };
    return take(settings, partner, answer.sources, await hashOf(settings, body), deadline, answer.warnings);
  }

  /** By it a repeat is known, of which nothing is known where nothing is kept. */
  const hashOf = async ({ mode }: Settings, body: Uint8Array) =>
    mode === "check" ? "" : hex(await crypto.subtle.digest("SHA-256", body as Uint8Array<ArrayBuffer>));

  async function take(settings: Settings, partner: string, sources: readonly Source[], hash: string, deadline: number, warnings: readonly Problem[] = []): Promise<Told> {
    const told = await importPages(importer, settings, partner, sources, hash, deadline);
    return { ...told, warnings: [...warnings, ...told.warnings ?? []] };
  }

  async function health(settings: Settings): Promise<Told> {
    const [queued, rejected, stopped] = await importer.state.transaction(rows => [
      allDue(rows).reduce((sum, [, { jobs }]) => sum + jobs, 0), rejectedCount(rows),
      stoppedBy(rows, settings.restEndpoint),
    ] as const);
    return { code: stopped ? "health.stopped" : rejected ? "health.rejected" : "health.ok", state: { queued, rejected, stopped } };
  }

  async function gateway(request: Request, env?: Env, context?: Context): Promise<Response> {
    const requestId = crypto.randomUUID();
    const began = now();
    const about: { route: Route; settings?: Settings; bytes?: number } = { route: "none" };
    let told: Told;
    try {
      told = await handle(request, env as Env, context, about);
    } catch (error) {
      told = { code: error instanceof StateError ? "gateway.state" : "gateway.failed" };
    }
    const { settings, route, bytes } = about;
    const { received, ids, requests, unknown, problems, warnings, fault } = told;
    note({
      requestId, route, status: statusOf(told), code: told.code, durationMs: now() - began, mode: settings?.mode, dryRun: settings?.dryRun,
      bytes, received, ids, requests, unknown, ...fault !== undefined && { fault },
      ...problems?.length && { problems: codesOf(problems) }, ...warnings?.length && { warnings: codesOf(warnings) },
    });
    const answer = route === "braze" ? respondAsBraze(told, requestId) : respond(told, requestId);
    return request?.method === "HEAD" ? new Response(null, answer) : answer;
  }

  async function mend(request: MendRequest, env?: Env): Promise<Mended> {
    const { partner = "heap", segment, ids, mapping = "user_ids", all = false } = options(request, "partner segment ids mapping all", "request");
    partnerOf(partner);
    const { id, name } = Object(segment) as MendRequest["segment"];
    if (typeof id !== "string" || typeof name !== "string") fail("request.segment must be { id, name }, both strings");
    const list = listOf(ids);
    if ("problems" in list) return { ...list, code: "body.invalid" };
    const began = now();
    const settings = await settled(env as Env);
    const cohort = cohortOf(partner, id);
    return importer.inTurn([cohort], async (): Promise<Mended> => {
      const planned = await importer.state.transaction(rows => {
        const planned = planMend(rows, { partner, segment, ids: list.ids, mapping, all }, now());
        if (planned && !("ok" in planned) && queue && !settings.dry) {
          setName(rows, cohort, name);
          enqueue(rows, cohort, planned.jobs, now());
        }
        return planned;
      });
      if (!planned) return { ok: false, code: "cohort.busy", problems: [], warnings: [] };
      if ("ok" in planned) return { ...planned, code: "plan.invalid" };
      if (settings.dry) {
        // What would be sent is told.
      } else if (queue) {
        await queue.wake(now());
        await worker.run(settings);
      } else {
        const { failed } = await deliver(importer, settings, cohort, planned.jobs, now() + settings.answerWithinMs);
        if (failed) return { ok: false, code: failed.said.code, problems: [], warnings: planned.warnings };
      }
      note({ requestId: crypto.randomUUID(), route: "mend", status: 200, code: settings.dry ? "page.would_forward" : queue ? "page.queued" : "page.forwarded", durationMs: now() - began, received: list.ids.length, ids: planned.added + planned.removed, requests: planned.jobs.length });
      return { ok: true, added: planned.added, removed: planned.removed, requests: planned.jobs.length, warnings: planned.warnings };
    });
  }

  const forward = async (env?: Env): Promise<Forwarded> => worker.run(await settled(env as Env));

  const all = Object.assign(gateway, {
    forward, mend,
    resume: () => worker.resume(),
    async members({ partner = "heap", cohortId }: { partner?: string | undefined; cohortId: string }) {
      if (typeof cohortId !== "string") fail("cohortId must be a string");
      const cohort = cohortOf(partnerOf(partner), cohortId);
      const { members } = await importer.state.transaction(rows => membersOf(rows, cohort));
      const aliases = [...members].filter(([kind]) => kind[0] === "a")
        .flatMap(([kind, names]) => names.map(alias_name => ({ alias_name, alias_label: kind.slice(1) })));
      return { userIds: members.get("u") ?? [], deviceIds: members.get("d") ?? [], aliases };
    },
  });
  return Object.assign(all, { fetch: all }) as CohortGateway<Env>;
}

/** Ids of a list, or of a text with one a line. */
function listOf(given: MendRequest["ids"]): { ids: string[] } | { ok: false; problems: Problem[]; warnings: Problem[] } {
  if (typeof given === "string" || given instanceof Uint8Array || given instanceof ArrayBuffer) {
    const bytes = part(given, "request.ids");
    const text = typeof bytes === "string" ? bytes : decode(bytes);
    if (text.includes("\r")) return { ok: false, problems: [found("ids.newline", "/ids")], warnings: [] };
    const ids = text.split("\n");
    if (ids.at(-1) === "") ids.pop();
    return { ids };
  }
  const read = readIds(given, "request.ids", "/ids");
  return "code" in read ? { ok: false, problems: [read], warnings: [] } : { ids: [...idList(read.bytes, read.offsets)] };
}
