// What a gateway is configured with, settled: whatever is wrong with it throws a TypeError that names
// the option and no value.
import { MAX_BODY_BYTES, MAX_DEPTH, MAX_REQUESTS_PER_HOUR } from "kohort:limits";
import type { GatewayConfig, GatewayRoute, HeapRoute, Mapping, Prefilter } from "../../types";
import { checkHeader } from "./authorize";
import { amount, choice, fail, flag, limit, options, partnerOf, record, texts } from "../arguments";

export type Mode = "check" | "forward" | "plan";

/** A configuration with nothing left open. */
export interface Settings {
  restEndpoint: string;
  keys: { partnerApiKey: string; clientSecret: string };
  inboundKeys: { partnerApiKey: string[]; clientSecret: string[] };
  heap: (HeapRoute & { path: string; partner: string; mapping: NonNullable<HeapRoute["mapping"]> }) | undefined;
  partners: readonly string[];
  /** The path that tells how the gateway is; none where nobody may ask. */
  health: string | undefined;
  routes: ReadonlyMap<string, GatewayRoute>;
  mode: Mode;
  /** Nothing is sent or kept. */
  dry: boolean;
  dryRun: boolean;
  strict: boolean;
  conflict: "remove" | "add" | "reject";
  maxBytes: number;
  maxDepth: number;
  prefilter: Prefilter | undefined;
  requestsPerHour: number;
  timeoutMs: number;
  firstRetryMs: number;
  answerWithinMs: number;
}

const MODES: Mode[] = ["check", "forward", "plan"];
const CONFLICTS = ["remove", "add", "reject"] as const;
const OPTIONS = "restEndpoint keys inboundKeys heap partners health routes mode dryRun strict conflict limits prefilter requestsPerHour timeoutMs firstRetryMs answerWithinMs";

export function settle(given: GatewayConfig): Settings {
  if (typeof given !== "object" || !given) fail("config must answer an object");
  const config = options(given, OPTIONS, "config");
  const { keys, limits, mode = "plan", dryRun = false, strict = false, conflict = "remove", prefilter } = config;
  const braze = keysOf(keys, "keys");
  for (const key of ["partnerApiKey", "clientSecret"] as const) if (braze[key].length !== 1) fail(`config.keys.${key} must be one string`);
  const { maxBytes, maxDepth } = options(limits, "maxBytes maxDepth", "config.limits");
  const chosen = MODES[choice(mode, "config.mode", MODES)]!;
  const heap = heapOf(config.heap);
  const health = config.health === false ? undefined : config.health ?? "/health";
  if (health !== undefined && (!isPath(health) || health === heap?.path || health.startsWith("/partners/"))) fail("config.health must be a path of its own, such as /health and other than config.heap.path, or false");
  const routes = new Map(Object.entries(record(config.routes, "config.routes")));
  for (const [path, route] of routes) {
    if (!isPath(path) || path === heap?.path || path === health || path.startsWith("/partners/")) fail("config.routes must have paths of their own, such as /mixpanel");
    options(route, "partner authorize read respond", "a route of config.routes");
    partnerOf(route.partner);
    if (typeof route.read !== "function") fail("a route of config.routes needs `read`");
    if (route.respond !== undefined && typeof route.respond !== "function") fail("a route of config.routes must have a function as `respond`");
    if (typeof route.authorize !== "function") checkHeader(route.authorize ?? fail("a route of config.routes needs `authorize`"));
  }
  if (prefilter !== undefined) {
    options(prefilter, "directory unknown", "config.prefilter");
    if (typeof prefilter.directory?.lookup !== "function") fail("config.prefilter.directory must be a Directory");
    choice(prefilter.unknown ?? "count", "config.prefilter.unknown", ["count", "drop"]);
  }
  return {
    restEndpoint: endpointOf(config.restEndpoint),
    keys: { partnerApiKey: braze.partnerApiKey[0]!, clientSecret: braze.clientSecret[0]! },
    inboundKeys: config.inboundKeys === undefined ? braze : keysOf(config.inboundKeys, "inboundKeys"),
    heap, health, routes,
    partners: config.partners === undefined ? ["heap"] : Array.isArray(config.partners) ? [...config.partners].map(partnerOf) : fail("config.partners must be a list"),
    mode: chosen, dryRun: flag(dryRun, "config.dryRun"), dry: dryRun || chosen === "check",
    strict: flag(strict, "config.strict"),
    conflict: CONFLICTS[choice(conflict, "config.conflict", [...CONFLICTS])]!,
    maxBytes: limit(maxBytes, "config.limits.maxBytes", MAX_BODY_BYTES),
    maxDepth: limit(maxDepth, "config.limits.maxDepth", MAX_DEPTH),
    prefilter,
    requestsPerHour: amount(config.requestsPerHour, "config.requestsPerHour", MAX_REQUESTS_PER_HOUR),
    timeoutMs: limit(config.timeoutMs, "config.timeoutMs", 20_000),
    firstRetryMs: limit(config.firstRetryMs, "config.firstRetryMs", 1_000),
    answerWithinMs: limit(config.answerWithinMs, "config.answerWithinMs", 25_000),
  };
}

const isPath = (path: unknown): path is string => typeof path === "string" && /^\/[\w.~!$&'()*+,;=:@%/-]*$/.test(path);

/** Does it say what ids are to Braze? */
export function isMapping(given: unknown): given is Mapping {
  const label = (Object(given) as { aliases?: { alias_label?: unknown } }).aliases?.alias_label;
  return typeof label === "string" && label !== "" || ["user_ids", "device_ids"].includes(given as string);
}

function heapOf(given: HeapRoute | undefined): Settings["heap"] {
  if (given === undefined) return undefined;
  const heap = options(given, "secret path partner mapping maxAgeMs maxFutureMs", "config.heap");
  const { path = "/heap", partner = "heap", mapping = "user_ids" } = heap;
  if (!texts(heap.secret, "config.heap.secret").some(Boolean)) fail("config.heap.secret must be a non-empty string or a list of them");
  if (!isPath(path) || path.startsWith("/partners/")) fail("config.heap.path must be a path of its own, such as /heap");
  if (typeof mapping !== "function" && !isMapping(mapping)) {
    fail(`config.heap.mapping must be "user_ids", "device_ids", { aliases: { alias_label } } or a function`);
  }
  return { ...heap, path, partner: partnerOf(partner), mapping };
}

/** Keys as lists of non-empty texts. */
function keysOf(given: GatewayConfig["inboundKeys"], name: string): Settings["inboundKeys"] {
  const keys = options(given, "partnerApiKey clientSecret", `config.${name}`);
  const of = (key: "partnerApiKey" | "clientSecret") => {
    const list = texts(keys[key], `config.${name}.${key}`);
    return list.length && list.every(Boolean) ? list : fail(`config.${name}.${key} must be a non-empty string`);
  };
  return { partnerApiKey: of("partnerApiKey"), clientSecret: of("clientSecret") };
}

/** The last address, as it was given and as it is. */
let endpoint: [given: unknown, origin: string] | undefined;

/** An address without a path. WHY: what is posted there holds keys and ids, which go over TLS alone. */
function endpointOf(given: unknown): string {
  if (endpoint && endpoint[0] === given) return endpoint[1];
  let url: URL | undefined;
  try { url = new URL(given as string); } catch {}
  const here = url && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (!url || url.protocol !== "https:" && !(here && url.protocol === "http:") || url.pathname !== "/" || url.search || url.hash || url.username) {
    fail("config.restEndpoint must be an https address without a path, such as those of `clusters`");
  }
  endpoint = [given, url.origin];
  return url.origin;
}
