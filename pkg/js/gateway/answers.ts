// What a gateway answers: a table of codes, and responses made of it. No word of a request and none
// of Braze's stands in an answer, since one of Braze's messages holds the data import key.
import type { GatewayAnswer, Problem } from "../../types";

/** By code: HTTP's status, what happened, and what to do. */
const ANSWERS: Readonly<Record<string, readonly [status: number, message: string, help?: string]>> = {
  "http.not_found": [404, "there is no such route", "check the path; it has no slash at its end"],
  "http.method": [405, "this route does not take this method", "use the method in `allow`"],
  "http.content_type": [415, "the body is not said to be JSON in UTF-8", "send `content-type: application/json`"],
  "http.content_encoding": [415, "the body is packed in a way that is not read here", "send it plain, or where this worker's runtime unpacks gzip with `content-encoding: gzip`"],
  "http.gzip": [400, "the gzip data is cut or damaged, or followed by something else", "pack the body again, and send it whole"],
  "http.body": [400, "the body broke off", "send it again"],
  "limit.bytes": [413, "the body is larger than is taken", "send less in one request"],
  "route.unauthorized": [401, "the request is not let in", "check what the route asks for"],
  "webhook.invalid": [400, "the webhook cannot be read", "see `problems`"],
  "plan.invalid": [400, "nothing can be planned of it", "see `problems`"],
  "body.invalid": [400, "the body cannot be read", "see `problems`"],
  "page.checked": [200, "it is well-formed, and was not forwarded"],
  "page.would_forward": [200, "nothing was sent or kept; these would be forwarded"],
  "page.forwarded": [200, "all of it was forwarded"],
  "page.queued": [200, "all of it is stored, and is being forwarded"],
  "page.done_before": [200, "this page was taken before, so nothing is forwarded"],
  "page.needs_queue": [400, "a list of everybody that comes in pages has to be kept until it is whole", "give the gateway a `queue` and the sync a name, or send the list in one page"],
  "page.name_too_long": [400, "the id of a cohort, or the name of a sync, is longer than 1,000 characters", "send the one that its owner gave it"],
  "page.several": [400, "beside a list of everybody, or a drain, the body says something else of the same cohort", "send it by itself"],
  "page.conflict": [409, "this page cannot be one of its sync", "see `problems`; what came first counts"],
  "cohort.busy": [503, "another change of this cohort is under way", "send it again"],
  "gateway.config": [500, "the gateway is not configured as it must be", "look at the log entry's `fault`"],
  "gateway.route": [500, "a function of the gateway's configuration failed", "look at the log entry's `fault`"],
  "gateway.state": [503, "the gateway's state cannot be read or written", "send it again; look at what `state` does"],
  "gateway.failed": [500, "something failed that must not", "send it again, and report it"],
  "health.ok": [200, "nothing is wrong"],
  "health.rejected": [200, "Braze refused requests, which are kept apart", "mend their cohorts"],
  "health.stopped": [503, "nothing is sent, since Braze refused the keys", "correct the keys, or call `resume`"],
};

/** After an answer of Braze's: the status is 503 where the sender is to try again. */
const RESPONSE_HELP: Readonly<Record<string, string>> = {
  retry: "send it again",
  rejected: "Braze refuses it each time: look at the cohort",
  stop: "Braze refuses every request: look at the keys, the partner and the REST endpoint",
};

/** What became of a request, as an answer and a log entry tell it. */
export interface Told {
  code: string;
  /** Where the code's row does not say it. */
  status?: number;
  message?: string;
  help?: string;
  retryAfterMs?: number | undefined;
  headers?: Record<string, string>;
  received?: number;
  ids?: number;
  requests?: number;
  unknown?: number;
  falsePositiveRate?: number | undefined;
  missing?: readonly number[];
  failed?: GatewayAnswer["failed"];
  problems?: readonly Problem[];
  warnings?: readonly Problem[];
  /** For the log alone: which of the configuration's parts is wrong, in our own words. */
  fault?: string;
  /** Of health. */
  state?: Record<string, unknown>;
}

/** What is told of an answer of Braze's that did not accept a request. */
export const refusedByBraze = (outcome: string, code: string, retryAfterMs?: number): Told => ({
  code,
  status: outcome === "retry" ? 503 : 502,
  message: outcome === "retry" ? "it could not be forwarded yet" : "Braze refused it",
  help: RESPONSE_HELP[outcome]!,
  ...retryAfterMs !== undefined && { retryAfterMs },
});

/** The status of what is told. */
export const statusOf = (told: Told): number => told.status ?? ANSWERS[told.code]?.[0] ?? 500;

/** Codes, each once. */
export const codesOf = (problems: readonly Problem[] = []): string[] => [...new Set(problems.map(({ code }) => code))];

/** What to do about a problem where it is a gateway that met it: its own words are for those who call the parts. */
const HELP: Readonly<Record<string, string>> = {
  "plan.needs_snapshot": "give the gateway a `state`, which keeps members, before the cohort's first page; until then `mend` takes a list of everybody",
  "plan.no_sync_id": "nothing, unless it is sent again: without the name of its sync a repeat is not known as one",
  "sync.page_conflict": "send each page of a sync once, and as it was; what came first counts",
  "sync.page_out_of_range": "send pages from 1 to `total_pages`",
  "drift.suspected": "have `mend` make the members those of a list of everybody",
};

const places = (problems: readonly Problem[] = []) =>
  problems.map(({ code, path, line, column, message, help }) => ({ code, path, line, column, message, help: HELP[code] ?? help }));

/** The answer's status and headers. */
function heads(told: Told, requestId: string): ResponseInit {
  const headers: Record<string, string> = { "content-type": "application/json", "cache-control": "no-store", "x-request-id": requestId };
  const status = statusOf(told);
  // A sender that is told to wait is told how long; of a status without a time, a second.
  const wait = told.retryAfterMs ?? (status === 503 && !told.state ? 1_000 : undefined);
  if (wait !== undefined && status >= 400) headers["retry-after"] = String(Math.max(1, Math.ceil(wait / 1_000)));
  return { status, headers: { ...headers, ...told.headers } };
}

/** The answer to a webhook, and to everything else that is not Braze-shaped. */
export function respond(told: Told, requestId: string): Response {
  const { code, received, ids, requests, unknown, falsePositiveRate, missing, failed, state } = told;
  // Without a row of its own it is the code of a problem, which has the words.
  const [, message, help] = ANSWERS[code] ?? [0, told.problems?.[0]?.message ?? "it was refused", told.problems?.[0]?.help];
  const answer = {
    ok: statusOf(told) < 300, code, message: told.message ?? message, help: told.help ?? help,
    received, ids, requests, unknown, falsePositiveRate, missing, failed, ...state,
    problems: places(told.problems), warnings: places(told.warnings),
  };
  return new Response(JSON.stringify(answer), heads(told, requestId));
}

/** The answer in Braze's own form: a message, and what is wrong besides. */
export function respondAsBraze(told: Told, requestId: string): Response {
  const status = statusOf(told);
  const message = told.message ?? (status < 300 ? "success" : ANSWERS[told.code]?.[1] ?? "it was refused");
  const problems = places(told.problems), warnings = places(told.warnings);
  const answer = { message, code: told.code, ...problems.length && { problems }, ...warnings.length && { warnings }, ...status < 300 && { ids: told.ids, unknown: told.unknown, falsePositiveRate: told.falsePositiveRate } };
  return new Response(JSON.stringify(answer), heads(told, requestId));
}
