/// <reference lib="esnext.disposable" />
/**
 * Types of `kohort/edge`, written by hand.
 *
 * Bad input never throws: calls answer `{ ok: false, problems, warnings }`, and `ok` tells the two
 * shapes apart. Exceptions are for mistakes in the program: a wrong type of argument, an option or an
 * option's value that does not exist, a call before `init()`, use after `free()`.
 */

import type { Directory } from "./known.js";

export * from "./gateway.js";
export * from "./known.js";

/**
 * What synchronous calls take. Bytes are the fast path; another view of a buffer, such as a DataView,
 * is taken for the bytes that it shows.
 *
 * Asynchronous calls read the same bytes while they run: change none of them, and transfer no buffer,
 * before the call has settled.
 */
export type Bytes = Uint8Array | ArrayBuffer | string;

/**
 * Makes the module ready. In Node, workerd, edge-light, Deno, Bun and `/inline` it is ready when it
 * is imported; in a browser `await init()` once before the first synchronous call. Asynchronous
 * calls wait by themselves.
 *
 * @param source where the module comes from, if not from the file beside the package's own files
 */
export function init(source?: WebAssembly.Module | BufferSource | Response | URL | string): Promise<void>;

/** Something found in an input. It never holds a value from the input. */
export interface Problem {
  /** `area.reason`; it never changes its meaning. */
  readonly code: string;
  /** An error refuses the input; a warning points at something odd and the rest is taken. */
  readonly severity: "error" | "warning";
  /**
   * An RFC 6901 pointer. A key that the schema does not know stands as `~?n`, its 0-based place
   * among the keys of its object, since such a key is the sender's text.
   */
  readonly path: string;
  /** Where the place begins, in UTF-8 bytes. */
  readonly offset: number;
  /** The byte after the place. */
  readonly endOffset: number;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  /**
   * Of operators of segments that cannot stand there those that can; of a value of the wrong type the types that the
   * operator takes there: `"string"`, `"number"`, `"boolean"`, `"array"`.
   */
  readonly allowed?: readonly string[];
}

/** The answer to input that is refused. Nothing has changed. */
export interface Refused {
  readonly ok: false;
  /** The errors, all at once, in the order of their places. */
  readonly problems: Problem[];
  /** What is odd besides. */
  readonly warnings: Problem[];
}

/** Bounds of a call. `Infinity` is the most that can be. */
export interface Limits {
  /** Bytes of the largest body, 8 MiB unless said. A larger one is refused before it is copied. */
  readonly maxBytes?: number | undefined;
  /** Levels of the deepest nesting, 64 unless said, 256 at most. */
  readonly maxDepth?: number | undefined;
}

/** How a webhook is read. */
export interface ReadOptions {
  /** Problems that are listed one by one, 100 unless said; one more says how many are not. */
  readonly maxProblems?: number | undefined;
  readonly limits?: Limits | undefined;
}

/** How a request is checked. */
export interface CheckOptions extends ReadOptions {
  /** Which of Braze's two endpoints the body is for. */
  readonly endpoint: "users" | "name";
  /** Follow Braze's prose where it is narrower than what its clients send. Off unless said. */
  readonly strict?: boolean | undefined;
  /**
   * The keys that are let in, compared in constant time. Where one of the two is `undefined`, every
   * non-empty one is; a list must not be empty.
   */
  readonly keys?: {
    readonly partnerApiKey?: string | readonly string[] | undefined;
    readonly clientSecret?: string | readonly string[] | undefined;
  } | undefined;
  /** Where the request goes: with it, an address that Braze does not list is warned of. */
  readonly restEndpoint?: string | undefined;
  /** Warn of what people get wrong. On unless said. */
  readonly lints?: boolean | undefined;
}

/** Ids by kind. */
export interface KindCounts {
  readonly externalIds: number;
  readonly deviceIds: number;
  readonly aliases: number;
}

/** What a request holds: `total === distinct + duplicates + conflicts`, always. */
export interface CheckCounts {
  readonly add: KindCounts;
  readonly remove: KindCounts;
  /** All ids received, which is what Braze's limit counts. */
  readonly total: number;
  /** Different ids. What is refused because it is no string counts as one of its own each time. */
  readonly distinct: number;
  /** Repeats within one direction. */
  readonly duplicates: number;
  /** Ids that occur in an add and in a remove. */
  readonly conflicts: number;
}

/** The answer to a check. */
export interface CohortCheck {
  /** `problems.length === 0`. */
  readonly ok: boolean;
  /** The HTTP status that Braze answers: for the first fault, or 200. */
  readonly status: number;
  /** Braze's message. It never holds a secret. */
  readonly message: string;
  /** The cohort's id, where it is a string. */
  readonly cohortId?: string | undefined;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly counts: CheckCounts;
}

/**
 * Checks one body of a request to Braze.
 *
 * @param body bytes or text; an object that was parsed already is written as JSON first, which is
 *   slower than checking its bytes would have been, and its problems' places are in that text
 */
export function checkCohortRequest(body: Bytes | object | null, options: CheckOptions): CohortCheck;

/**
 * A checker with its options compiled once and its memory used again: the fast path. Its answers
 * read their fields when asked, also after later checks, and `toJSON()` makes plain objects of them.
 */
export interface CohortChecker {
  check(body: Bytes): CohortCheck & { toJSON(): CohortCheck };
  /** Gives its memory back. */
  free(): void;
  [Symbol.dispose](): void;
}

export function createCohortChecker(options: CheckOptions): CohortChecker;

/** Who may sign, and for how long. */
export interface VerifyOptions {
  /** The webhook's secret; several while it is being changed. */
  readonly secret: string | readonly string[];
  /** Milliseconds since 1970; the host's clock unless said. */
  readonly now?: number | Date | undefined;
  /** Milliseconds that a signature may lie in the past, 60,000 unless said. */
  readonly maxAgeMs?: number | undefined;
  /** Milliseconds that a signature may lie in the future, 1,000 unless said. */
  readonly maxFutureMs?: number | undefined;
}

/** A signature that fits, with its time in milliseconds since 1970; or what to answer Heap. */
export type SignatureAnswer =
  | { readonly ok: true; readonly timestamp: number; readonly problems: Problem[]; readonly warnings: Problem[] }
  | Refused & {
    /** 400 for a header that is none, 403 for one that does not fit. */
    readonly status: 400 | 403;
  };

/**
 * Looks whether the `Heap-Hash` header fits the body as it arrived, in constant time. Heap writes it as
 * `ts:<milliseconds since 1970>,hmac:<base64>`: the HMAC-SHA256 of the text after `ts:` followed by the
 * raw body, under the webhook's secret.
 *
 * @param body the bytes as they arrived, never written again from parsed JSON
 * @param header the header's value, `null` or `undefined` where there is none
 */
export function verifyHeapSignature(body: Bytes, header: string | null | undefined, options: VerifyOptions): SignatureAnswer;

/** Ids as answers have them: a text, and where each id begins, as in Arrow. Iterable as strings. */
export interface IdList extends Iterable<string> {
  /** The ids in UTF-8, one after another. */
  readonly bytes: Uint8Array;
  /** n + 1 places: where each id begins, and where the last one ends. */
  readonly offsets: Uint32Array;
  /** How many ids there are. */
  readonly length: number;
}

/** Ids as calls take them. */
export type IdListInput = { readonly bytes: Uint8Array; readonly offsets: Uint32Array } | readonly string[];

/** One page of one sync. */
export interface SyncPage {
  readonly segmentId: string;
  readonly syncTaskId: string;
  /** From 1. */
  readonly pageNumber: number;
  readonly totalPages: number;
}

/** What a webhook of Heap says. */
export interface Webhook {
  readonly ok: true;
  /** A delta, or that every member leaves. */
  readonly action: "sync" | "drain";
  /** Names the customer; absent for the account that the webhook is registered in. */
  readonly idToken?: string;
  /** What the customer chose; `type: "identity_mapping"` marks which of their ids these are. */
  readonly fields: { readonly id: string; readonly type?: string; readonly value: string }[];
  /** `id` as the digits that were sent, which a number may not hold. */
  readonly segment: { readonly id: string; readonly name: string };
  /** Which page of which sync; every sync has it. */
  readonly page?: SyncPage;
  /** Who enters. */
  readonly add: IdList;
  /** Who leaves. */
  readonly remove: IdList;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export type WebhookAnswer = Webhook | Refused;

/** Reads a webhook of Heap; check its signature first. */
export function readHeapWebhook(body: Bytes, options?: ReadOptions): WebhookAnswer;

/**
 * One page: a webhook's bytes, or what `readHeapWebhook` answered, also when it was stored between:
 * by `structuredClone`, since JSON makes plain objects of the bytes; or with lists of strings.
 */
export type PlanSource = Bytes | StoredWebhook;

/** What a plan needs of a webhook. */
export interface StoredWebhook {
  readonly action: "sync" | "drain";
  readonly segment: { readonly id: string; readonly name: string };
  readonly page?: { readonly syncTaskId: string; readonly pageNumber: number; readonly totalPages: number } | undefined;
  readonly add: IdListInput;
  readonly remove: IdListInput;
}

/** What the ids are to Braze; with `aliases` each id is an alias's name, and its label is this, not empty. */
export type Mapping = "user_ids" | "device_ids" | { readonly aliases: { readonly alias_label: string } };

/** How a plan is made. */
export interface PlanOptions extends ReadOptions {
  /** In whose name the cohort is sent: 1 to 64 of `a-z`, `0-9`, `_` and `-`. */
  readonly partner: string;
  /** `"user_ids"` unless said. */
  readonly mapping?: Mapping | undefined;
  /**
   * When the cohort was made, as ISO 8601 writes it, the year 0000 and a leap second (`:60`) included:
   * with it a name request comes first.
   */
  readonly createdAt?: string | undefined;
  /** The cohort, where it is not called as the segment is. */
  readonly cohort?: { readonly cohortId: string; readonly name: string } | undefined;
  /** For an id in both lists of one page: `"remove"` unless said. */
  readonly conflict?: "remove" | "add" | "reject" | undefined;
  /** Who is in the cohort: what a drain removes. */
  readonly members?: IdListInput | undefined;
  /** A name for this sync, in place of Heap's; a drain needs one. An empty text names none. */
  readonly syncId?: string | undefined;
  /** Known users: with them the report says how many of the ids that are sent are known. */
  readonly directory?: Directory | undefined;
}

/** Where an id came from. */
export interface Origin {
  /** The index of the page among those given. */
  readonly page: number;
  readonly list: "add" | "remove" | "members";
  /** The index in the list. */
  readonly index: number;
}

/** One request, to be sent after those before it. It holds ids: store it, never log it. */
export interface PlannedRequest {
  /** Below the REST endpoint. */
  readonly path: string;
  /** JSON text without the two keys: see `withKeys`. */
  readonly body: string;
  /** By it a repeat is known within one sync, never across syncs. */
  readonly idempotencyKey: string;
  /** How many ids it has. */
  readonly ids: number;
  /** Where each id came from, in the order in which the body has them. */
  readonly origin: Origin[];
}

/**
 * What became of the ids:
 * `received === sent + duplicates + conflicts + superseded + empty` and `sent === adds + removes`.
 */
export interface PlanReport {
  readonly received: number;
  readonly sent: number;
  readonly adds: number;
  readonly removes: number;
  /** Repeats within one list. */
  readonly duplicates: number;
  /** Ids that lost to the other list of their page. */
  readonly conflicts: number;
  /** Ids of a list that lost to a later page. */
  readonly superseded: number;
  /** Ids without a character. */
  readonly empty: number;
  /** Of the ids that are sent those that are known, or probable; only with a directory. */
  readonly known?: number;
  /** Where the ids stood that lost to the other list of their page. */
  readonly conflictOrigins: Origin[];
}

/** A plan: plain data, which `JSON.stringify` and `structuredClone` store. */
export interface Plan {
  readonly ok: true;
  /** The fewest requests that are possible, in the order in which they are to be sent. */
  readonly requests: PlannedRequest[];
  readonly report: PlanReport;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export type PlanAnswer = Plan | Refused;

/**
 * Plans the requests that bring a page, all pages of one sync, or a drain into Braze.
 * Of several pages the paths of problems begin with the page's index.
 */
export function planCohortImport(source: PlanSource | readonly PlanSource[], options: PlanOptions): PlanAnswer;

/** Puts the two keys into a planned request, once, at the last moment before it is sent. */
export function withKeys(
  request: { readonly path: string; readonly body: string },
  keys: { readonly partnerApiKey: string; readonly clientSecret: string },
): { path: string; body: string };

/** An answer of Braze's. */
export interface BrazeResponse {
  /** 0 where none came. */
  readonly status: number;
  readonly headers?:
    | Iterable<readonly [string, string]>
    | Readonly<Record<string, string | readonly string[] | undefined>>
    | { forEach(callback: (value: string, name: string) => void): void }
    | null
    | undefined;
  readonly body?: Bytes | null | undefined;
  /** Milliseconds since 1970; the host's clock unless said. */
  readonly now?: number | Date | undefined;
}

/** What to do after an answer. */
export interface Classified {
  /**
   * `accepted`: done. `retry`: send it again later. `split`: send it again in two halves.
   * `rejected`: this request is refused every time. `stop`: every request like it is.
   */
  readonly outcome: "accepted" | "retry" | "split" | "rejected" | "stop";
  /** Milliseconds to wait before the next request, where the answer tells them. */
  readonly retryAfterMs?: number;
  /** `response.<reason>`. */
  readonly code: string;
}

/** Says what to do after an answer of Braze's cohort endpoints. */
export function classifyResponse(response: BrazeResponse): Classified;

/** The state of a guard: plain JSON. It holds no id. */
export interface GuardState {
  readonly version: 1;
  readonly syncs: {
    readonly segmentId: string;
    readonly syncTaskId: string;
    readonly totalPages: number;
    readonly pages: { readonly pageNumber: number; readonly hash: string; readonly done: boolean }[];
  }[];
}

export interface GuardAnswer {
  /**
   * `new`: handle the page, then `commit` or `release` it. `in_progress`: somebody does; let Heap
   * send it again. `done`: answer 200 and forward nothing. `conflict`: answer 409.
   *
   * A page is `new` too where its sync names no task, or is older than the last four of its segment,
   * which are those that are remembered: nothing tells such a page from one that came before.
   */
  readonly verdict: "new" | "in_progress" | "done" | "conflict";
  /** Pages of the sync that have not come, the first 1,000 of them. */
  readonly missing: number[];
  /** Are all pages of the sync done? */
  readonly complete: boolean;
  /**
   * What is odd: another body, a page out of range, another number of pages, a page that comes after
   * a later one of its sync or among another's (`drift.suspected`), a sync without a name
   * (`plan.no_sync_id`). Warnings come with `new`: tell somebody, and go on.
   */
  readonly problems: Problem[];
}

/**
 * Which pages were taken, in two phases, so that a page that failed can be sent again. Pages may
 * come in any order; one that comes after a later one is told, since what it says is applied last.
 * The last four syncs of each segment are remembered.
 */
export class SyncGuard {
  /**
   * @param state what `state()` answered
   * @param options `releaseInProgress` forgets pages that were begun and never ended: for the one
   *   owner of the state, after it was started again
   */
  constructor(state?: GuardState | null, options?: { readonly releaseInProgress?: boolean | undefined });
  /** @param bodyHash a hash of the body as it arrived, such as SHA-256 in hexadecimal */
  begin(page: SyncPage, bodyHash: string): GuardAnswer;
  /**
   * The page's changes are safe. Throws for a page that was not begun, or whose sync is no longer
   * known: of a segment the last four are, so a page that is still sent after four newer syncs began
   * is late, and what it did is in the cohort all the same.
   */
  commit(page: SyncPage): { missing: number[]; complete: boolean };
  /** The page failed and may come again; answers whether it was in progress. */
  release(page: SyncPage): boolean;
  state(): GuardState;
  toJSON(): GuardState;
}

/** One of Braze's clusters. */
export interface Cluster {
  readonly instance: string;
  readonly restEndpoint: string;
  readonly region: string;
}

/** Braze's REST endpoints, frozen. */
export const clusters: readonly Cluster[];
