// The gateway: an HTTP handler that lets only well-formed, signed and wanted cohort changes through.
import { MAX_PROBLEMS } from "kohort:limits";
import type { CohortGateway, Forwarded, GatewayAnswer, GatewayLogEntry, GatewayOptions, GatewayRoute, Problem } from "../../types";
import { fail, options } from "../arguments";
import { verifyHeapSignatureAsync } from "../heap";
import { Arrivals, type Place } from "./arrivals";
import { hasHeader } from "./authorize";
import { codesOf, respond, respondAsBraze, statusOf, type Told } from "./answers";
import { BEFORE, passOver, readBody } from "./body";
import { settle, type Settings } from "./config";
import { hex } from "./delivery";
import { importPages, type Importer } from "./imports";
import { KeptPage } from "./kept";
import { rejectedCount, stoppedBy } from "./ledger";
import { operator } from "./operator";
import type { Source } from "./pages";
import { relay } from "./relay";
import { memoryState, StateError, watched } from "./state";
import { waiting } from "./waiting";
import { AFTER_FAULT_MS, Forwarder } from "./work";

const BRAZE = /^\/partners\/([a-z0-9_-]{1,64})\/cohorts(\/users)?$/;
/** An address whose path is as it is written: taking it apart takes as long as reading ten ids. */
const PLAIN_URL = /^https?:\/\/[\w.:-]+(\/[\w/-]*)$/;
/** After which time what was not sent by a call that was is looked for by another. */
const NET_MS = 5_000;
type Route = GatewayLogEntry["route"];
/** What a request is about, as far as it is known when it is answered. */
interface About { route: Route; settings?: Settings; bytes?: number; respond?: GatewayRoute["respond"] }
type Context = { waitUntil?(promise: Promise<unknown>): void } | undefined;

const checked = (answer: Response) => typeof answer?.status === "number" ? answer : fail("no answer");

export function createCohortGateway<Env = unknown>(given: GatewayOptions<Env>): CohortGateway<Env> {
  const { config, state, queue, log, fetch: send, now = Date.now } = options(given, "config state queue log fetch now", "options");
  if (typeof config !== "function") fail("options.config must be a function of the environment");
  if (state !== undefined && typeof state?.transaction !== "function") fail("options.state must have `transaction`");
  if (queue !== undefined && typeof queue?.wake !== "function") fail("options.queue must have `wake`");
  if (queue && !state) fail("options.queue needs a `state` that outlives a crash");
  for (const [name, call] of Object.entries({ log, fetch: send, now })) if (call !== undefined && typeof call !== "function") fail(`options.${name} must be a function`);

  const turns = new Map<string, Promise<unknown>>(), arrivals = new Arrivals();
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
  const forwarder = new Forwarder(importer, queue, ({ job, said, attempt, durationMs }) => note({
    requestId: crypto.randomUUID(), route: "forward", status: said.status, code: said.code, durationMs, requests: said.status ? 1 : 0,
    ids: said.outcome === "accepted" ? job.ids : 0, received: job.ids, attempt,
  }));
  const settled = async (env: Env) => settle(await config(env));
  /** As `settled`, with what is wrong in place of what it throws: only our own words are told on. */
  const settledOr = async (env: Env): Promise<Settings | string> => {
    let answer;
    try { answer = await config(env); } catch (error) {
      // Of what somebody else throws the kind alone is told.
      const kind = /^\w{0,40}Error$/.exec((error as Error | undefined)?.constructor?.name ?? "")?.[0];
      return `config threw${kind ? ` (${kind})` : ""}${env === undefined ? "; it was called without an environment" : ""}`;
    }
    try { return settle(answer); } catch (error) { return (error as Error).message; }
  };

  /** Answers a request, with what it is about. */
  async function handle(request: Request, env: Env, context: Context, about: About): Promise<Told> {
    const began = now();
    const path = PLAIN_URL.exec(request.url)?.[1] ?? new URL(request.url).pathname;
    const settings = await settledOr(env);
    if (typeof settings === "string") return { code: "gateway.config", fault: settings };
    about.settings = settings;
    const braze = BRAZE.exec(path), route = settings.routes.get(path);
    const isHeap = path === settings.heap?.path;
    about.route = path === settings.health ? "health" : isHeap ? "heap" : braze ? "braze" : route ? "other" : "none";
    if (about.route === "none" || braze && !settings.partners.includes(braze[1]!)) return { code: "http.not_found" };
    about.respond = route?.respond;
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
    const told = isHeap ? await inOrder(place => heap(settings, request, body, deadline, place))
      : route ? await other(settings, path, request, body, deadline)
      : await inOrder(place => relay(importer, settings, braze![1]!, braze![2] ? "users" : "name", body, path, deadline, place));
    // After a repeat too: what is stored may have been left without anybody who was told of it.
    if (queue && /\.(queued|done_before)$/.test(told.code)) await forwardSoon(settings, context);
    return told;
  }

  /** Runs work that has its place from now on; what it leaves to somebody else's time it does before or after. */
  async function inOrder(work: (place: Place) => Promise<Told>): Promise<Told> {
    const place = arrivals.take();
    try { return await work(place); } finally { place.leave(); }
  }

  /** Sends what is stored while the answer is on its way. */
  async function forwardSoon(settings: Settings, context: Context): Promise<void> {
    // Without a context the host keeps nothing alive for it: then `wake` alone does. With one it is there
    // should this process end. WHY not at once: of two alarms at nearly one time workerd may lose the later.
    try { await queue!.wake(now() + (context?.waitUntil ? NET_MS : 0)); } catch { throw new StateError(); }
    const work = forwarder.run(settings).catch(() => {});
    context?.waitUntil?.(work);
  }

  async function heap(settings: Settings, request: Request, body: Uint8Array, deadline: number, place: Place): Promise<Told> {
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
    const told = take(settings, partner, [page], hash, deadline, place, page.warnings, signature.timestamp);
    page.release();
    return told;
  }

  async function other(settings: Settings, path: string, request: Request, body: Uint8Array, deadline: number): Promise<Told> {
    const { partner, authorize, read } = settings.routes.get(path)!;
    let answer;
    try {
      if (await (typeof authorize === "function" ? authorize(request, body) : hasHeader(request, authorize)) !== true) return { code: "route.unauthorized" };
      answer = await read(body, request);
      if (!Array.isArray(answer.ok ? answer.sources : answer.problems)) throw new TypeError();
    } catch {
      return { code: "gateway.route", fault: "`authorize` or `read` of a route failed" };
    }
    if (!answer.ok) return { code: "body.invalid", problems: answer.problems, warnings: answer.warnings };
    const { sources, warnings } = answer;
    return inOrder(async place => take(settings, partner, sources, await hashOf(settings, body), deadline, place, warnings));
  }

  /** By it a repeat is known, of which nothing is known where nothing is kept. */
  const hashOf = async ({ mode }: Settings, body: Uint8Array) =>
    mode === "check" ? "" : hex(await crypto.subtle.digest("SHA-256", body as Uint8Array<ArrayBuffer>));

  async function take(settings: Settings, partner: string, sources: readonly Source[], hash: string, deadline: number, place: Place, warnings: readonly Problem[] = [], signedAt?: number): Promise<Told> {
    const told = await importPages(importer, settings, partner, sources, hash, deadline, place, signedAt);
    return { ...told, warnings: [...warnings, ...told.warnings ?? []] };
  }

  async function health(settings: Settings): Promise<Told> {
    const [queued, rejected, stopped] = await importer.state.transaction(rows => [
      waiting(rows), rejectedCount(rows),
      stoppedBy(rows, settings.restEndpoint),
    ] as const);
    return { code: stopped ? "health.stopped" : rejected ? "health.rejected" : "health.ok", state: { queued, rejected, stopped } };
  }

  async function gateway(request: Request, env?: Env, context?: Context): Promise<Response> {
    const requestId = crypto.randomUUID();
    const began = now();
    const about: About = { route: "none" };
    let told: Told;
    try {
      told = await handle(request, env as Env, context, about);
    } catch (error) {
      told = { code: error instanceof StateError ? "gateway.state" : "gateway.failed" };
    }
    if (/^http\.|^gateway\.config/.test(told.code)) await passOver(request);
    const { settings, route, bytes } = about;
    const { received, ids, requests, unknown, problems, warnings, fault } = told;
    note({
      requestId, route, status: statusOf(told), code: told.code, durationMs: now() - began, mode: settings?.mode, dryRun: settings?.dryRun,
      bytes, received, ids, requests, unknown, ...fault !== undefined && { fault },
      ...problems?.length && { problems: codesOf(problems) }, ...warnings?.length && { warnings: codesOf(warnings) },
    });
    let answer = route === "braze" ? respondAsBraze(told, requestId) : respond(told, requestId);
    if (route === "other" && about.respond) {
      // A sender may expect another form. Where that fails it gets ours.
      try { answer = checked(await about.respond(await answer.clone().json() as GatewayAnswer, answer.status)); } catch {}
    }
    return request?.method === "HEAD" ? new Response(null, answer) : answer;
  }

  const forward = async (env?: Env): Promise<Forwarded> => {
    let settings;
    try {
      settings = await settled(env as Env);
    } catch (error) {
      // What is stored is not forgotten for it.
      await queue?.wake(now() + AFTER_FAULT_MS);
      throw error;
    }
    return forwarder.run(settings);
  };
  const all = Object.assign(gateway, { forward, ...operator<Env>({ importer, forwarder, settled, note }) });
  return Object.assign(all, { fetch: all }) as CohortGateway<Env>;
}
