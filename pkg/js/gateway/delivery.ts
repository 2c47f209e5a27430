// One request to Braze, once: within the hour's budget, with the keys put in, and its answer looked at.
import { MAX_RESPONSE_BYTES, MAX_RETRY_AFTER_MS } from "kohort:limits";
import type { Classified, GatewayRows, GatewayState } from "../../types";
import { withKeys } from "../plan";
import { classifyResponse } from "../response";
import { readStart } from "./body";
import type { Settings } from "./config";
import { endpointOf, keepEndpoint, type Job } from "./ledger";

const HOUR = 3_600_000;
/** After a 401 how long nothing is sent with the same keys: whoever corrects it at Braze need call nobody. */
const STOPPED_MS = 15 * 60_000;
/** The longest wait after a failure. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** What came of an attempt. */
export interface Said {
  outcome: Classified["outcome"];
  code: string;
  /** HTTP's status of Braze's answer; 0 where none came or nothing was sent. */
  status: number;
  /** With `retry`: not before, in milliseconds since 1970. */
  retryAt?: number;
}

export interface Sender {
  state: GatewayState;
  /** Are members kept, so that a drain and a diff know them? */
  keepsMembers: boolean;
  fetch: typeof fetch;
  now(): number;
}

/**
 * How long to wait before the next attempt: as long as Braze says, else twice as long each time, by
 * chance up to a half less, so that what failed together does not come back together.
 *
 * WHY: no library for retries: those wait in the process, and ours also wait in rows, over a restart.
 */
function waitMs(first: number, attempts: number, told = 0): number {
  const chance = crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
  // A wait of nothing is none that is told: it would ask again and again without a pause.
  return Math.round(told ? told + chance * Math.min(1_000, told / 10)
    : Math.min(LONGEST_WAIT_MS, first * 2 ** Math.min(attempts, 20)) * (1 - chance / 2));
}

/** Tells keys apart without holding them. */
export async function digest({ restEndpoint, keys }: Settings): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([restEndpoint, keys.partnerApiKey, keys.clientSecret]));
  return hex(await crypto.subtle.digest("SHA-256", text)).slice(0, 16);
}
export const hex = (hash: ArrayBuffer) => Array.from(new Uint8Array(hash), byte => byte.toString(16).padStart(2, "0")).join("");

/** Sends a request once. `onAccepted` runs in the transaction that notes that Braze accepted it. */
export async function attempt(
  { state, fetch, now }: Sender, settings: Settings, job: Job, attempts: number,
  onAccepted: (rows: GatewayRows) => void,
): Promise<Said> {
  const { restEndpoint, requestsPerHour } = settings;
  const keys = await digest(settings), partner = job.path.split("/")[2]!;
  const refusal = await state.transaction((rows): Said | undefined => {
    const at = now(), endpoint = endpointOf(rows, restEndpoint), hour = Math.floor(at / HOUR);
    // Of each partner by itself: one of Braze's 401s says that this partner is not enabled.
    const stopped = endpoint.stopped?.[partner];
    // A time that is further ahead than any that is set was set by a clock that was wrong.
    if (stopped && stopped.keys === keys && at < stopped.until && stopped.until <= at + STOPPED_MS) return { outcome: "stop", code: stopped.code, status: 0, retryAt: stopped.until };
    if (endpoint.hour !== hour) Object.assign(endpoint, { hour, used: 0 });
    if (endpoint.until > at && endpoint.until <= at + 2 * MAX_RETRY_AFTER_MS) return { outcome: "retry", code: "gateway.budget", status: 0, retryAt: endpoint.until };
    if (endpoint.used >= requestsPerHour) return { outcome: "retry", code: "gateway.budget", status: 0, retryAt: (hour + 1) * HOUR };
    endpoint.used++;
    keepEndpoint(rows, restEndpoint, endpoint);
    return undefined;
  });
  if (refusal) return refusal;

  const { path, body } = withKeys(job, settings.keys);
  let status = 0, headers: Headers | undefined, text: Uint8Array | undefined;
  try {
    const response = await fetch(restEndpoint + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      // What is posted holds keys and ids: it goes where it was configured to go, or nowhere.
      redirect: "manual",
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
    // Of a redirect that is not followed browsers tell no status.
    status = response.status || 302;
    headers = response.headers;
    text = await readStart(response, MAX_RESPONSE_BYTES);
  } catch {
    // No answer, or one that broke off: whether Braze took the request is not known, so it is sent
    // again, which changes nothing where it was.
    if (status >= 200 && status < 300) status = 0;
  }
  const at = now();
  const { outcome, code, retryAfterMs } = classifyResponse({ status, headers, body: text, now: at });
  await state.transaction(rows => {
    const endpoint = endpointOf(rows, restEndpoint);
    const before = JSON.stringify(endpoint);
    const { [partner]: before401, ...others } = endpoint.stopped ?? {};
    // Only what Braze took shows that it takes the keys again.
    const stop = outcome === "stop" ? { code, keys, until: at + STOPPED_MS } : outcome === "accepted" ? undefined : before401;
    endpoint.stopped = stop ? { ...others, [partner]: stop } : others;
    // Braze counts requests of the endpoint, whatever cohort they are of.
    if (retryAfterMs !== undefined && (outcome === "accepted" || status === 429)) endpoint.until = at + retryAfterMs;
    if (JSON.stringify(endpoint) !== before) keepEndpoint(rows, restEndpoint, endpoint);
    if (outcome === "accepted") onAccepted(rows);
  });
  return { outcome, code, status, ...outcome === "retry" && { retryAt: at + waitMs(settings.firstRetryMs, attempts, retryAfterMs) } };
}

/** The two halves of a request that was too large; nothing where it has one id, or is no users request. */
export function halves(job: Job): [Job, Job] | undefined {
  const body = JSON.parse(job.body) as { cohort_id: string; cohort_changes?: Record<string, unknown>[] };
  if (job.ids < 2 || !Array.isArray(body.cohort_changes)) return undefined;
  const first = job.ids >> 1;
  let left = first;
  const changes: [Record<string, unknown>[], Record<string, unknown>[]] = [[], []];
  for (const change of body.cohort_changes) {
    const parts: [Record<string, unknown>, Record<string, unknown>] = [{ ...change }, { ...change }];
    for (const kind of ["user_ids", "device_ids", "aliases"]) {
      if (change[kind] === undefined) continue;
      const ids = [change[kind]].flat();
      const taken = Math.min(left, ids.length);
      parts[0][kind] = ids.slice(0, taken);
      parts[1][kind] = ids.slice(taken);
      left -= taken;
    }
    parts.forEach((part, half) => {
      if (["user_ids", "device_ids", "aliases"].some(kind => (part[kind] as unknown[] | undefined)?.length)) changes[half]!.push(part);
    });
  }
  let skipped = 0;
  return [first, job.ids - first].map((ids, half) => {
    const origin = job.origin && slice(job.origin, skipped, skipped + ids);
    skipped += ids;
    return {
      ...job, ids, origin,
      body: JSON.stringify({ ...body, cohort_changes: changes[half] }),
      key: job.key === undefined ? undefined : `${job.key}.${half}`,
    };
  }) as [Job, Job];
}

/** The runs of some of the ids. */
function slice(runs: NonNullable<Job["origin"]>, from: number, to: number): NonNullable<Job["origin"]> {
  const found: NonNullable<Job["origin"]> = [];
  let at = 0;
  for (const [list, first, count] of runs) {
    const start = Math.max(from, at), end = Math.min(to, at + count);
    if (start < end) found.push([list, first + start - at, end - start]);
    at += count;
  }
  return found;
}
