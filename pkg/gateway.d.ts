/**
 * The gateway of `kohort/edge`: an HTTP handler that lets only well-formed, signed and wanted cohort
 * changes through to Braze, and loses none of them.
 *
 * No id, no secret and no other value of a request stands in an answer, a log entry or an error.
 */
import type {
  Bytes, CheckOptions, Directory, IdListInput, Limits, Mapping, Problem, Refused, StoredWebhook,
} from "./edge.js";

/** What holds for one request; made anew for each, so that no secret is kept longer. */
export interface GatewayConfig {
  /** Braze's REST endpoint: an https address without a path (http only of this machine). See `clusters`. */
  readonly restEndpoint: string;
  /** What Braze is sent: put into a request at the last moment, and stored nowhere. */
  readonly keys: { readonly partnerApiKey: string; readonly clientSecret: string };
  /** The keys that senders of Braze-shaped requests must carry: `keys` unless said. */
  readonly inboundKeys?: {
    readonly partnerApiKey: string | readonly string[];
    readonly clientSecret: string | readonly string[];
  } | undefined;
  /** Heap's webhook; without it that route is not there. */
  readonly heap?: HeapRoute | undefined;
  /** Whose Braze-shaped requests are let in, by the name in the path: `["heap"]` unless said; `[]` for nobody's. */
  readonly partners?: readonly string[] | undefined;
  /**
   * The path at which anybody may ask how the gateway is, in numbers: `"/health"` unless said, `false` for none. Who
   * asks also has it send what is due, should the host have forgotten to wake it.
   */
  readonly health?: string | false | undefined;
  /** Routes for other senders, by path, such as `"/mixpanel"`. */
  readonly routes?: Readonly<Record<string, GatewayRoute>> | undefined;
  /**
   * `plan`, unless said: repeats are left out, and with `prefilter` also ids that Braze would ignore.
   * `forward`: Braze-shaped requests go on with all that Braze knows of them, with Braze's keys, written anew by
   * `JSON.stringify` (by which numbers in fields that Braze does not know may lose digits). `check`: nothing is sent and nothing is kept.
   */
  readonly mode?: "check" | "forward" | "plan" | undefined;
  /** All is done as the mode says, but nothing is sent or kept: the answer tells what would be. */
  readonly dryRun?: boolean | undefined;
  /** Follow Braze's prose where it is narrower than what its clients send. Off unless said. */
  readonly strict?: boolean | undefined;
  /** For an id in both lists of one page: `"remove"` unless said. */
  readonly conflict?: "remove" | "add" | "reject" | undefined;
  /** Bounds of a body, packed and unpacked: 8 MiB and 64 levels unless said. */
  readonly limits?: Limits | undefined;
  /** Known users, and what becomes of ids that are nobody's. */
  readonly prefilter?: Prefilter | undefined;
  /** Requests to Braze in an hour of the clock: 250,000 unless said. */
  readonly requestsPerHour?: number | undefined;
  /** Milliseconds after which an answer of Braze's is not waited for any longer: 20,000 unless said. */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds before a failed request is sent again, where Braze tells none: 1,000 unless said, twice as long
   * each time, at most 15 minutes, by chance up to a half less.
   */
  readonly firstRetryMs?: number | undefined;
  /**
   * Without a queue, milliseconds within which a sender is answered, retries included: 25,000 unless said.
   * Of a page with a `sync_task_id` the rest is sent when it comes again; one without begins anew.
   */
  readonly answerWithinMs?: number | undefined;
}

/** Heap's webhook. */
export interface HeapRoute {
  /** The webhook's secret; several while it is being changed. */
  readonly secret: string | readonly string[];
  /** `"/heap"` unless said. */
  readonly path?: string | undefined;
  /** In whose name the cohort is sent: `"heap"` unless said. */
  readonly partner?: string | undefined;
  /**
   * What the ids are to Braze, or how that is told from the fields in which the customer chose it in
   * Heap: `"user_ids"` unless said.
   */
  readonly mapping?: Mapping | ((fields: readonly { readonly id: string; readonly type?: string; readonly value: string }[]) => Mapping) | undefined;
  /** Milliseconds that a signature may lie in the past, 60,000 unless said. */
  readonly maxAgeMs?: number | undefined;
  /** Milliseconds that a signature may lie in the future, 1,000 unless said. */
  readonly maxFutureMs?: number | undefined;
}

/** A route for another sender. */
export interface GatewayRoute {
  /** In whose name its cohorts are sent. */
  readonly partner: string;
  /**
   * Whether the request is let in: by a header that has this value, or one of several (compared in constant
   * time), or by a function of its headers and its bytes as they came. There is no route without a check.
   */
  readonly authorize:
    | { readonly header: string; readonly value: string | readonly string[] }
    | ((request: Request, body: Uint8Array) => boolean | Promise<boolean>);
  /** What the body says; `kohort/vendors` reads the shapes of other vendors so. */
  read(body: Uint8Array, request: Request): GatewaySources | Refused | Promise<GatewaySources | Refused>;
  /** The answer in the form that the sender expects, from what the gateway would answer: its JSON, and its status. */
  respond?(answer: GatewayAnswer, status: number): Response | Promise<Response>;
}

/**
 * What a route reads: pages, each with what its ids are. A list of everybody, or a drain, is the only one of its
 * cohort: another part of the same body would not know what it changes.
 */
export interface GatewaySources {
  readonly ok: true;
  readonly sources: readonly ((StoredWebhook | WholeCohort) & { readonly mapping?: Mapping | undefined })[];
  readonly warnings?: readonly Problem[] | undefined;
}

/**
 * A list of everybody in a segment, in place of who came and who left: what differs from the members that are
 * known is sent. In several pages it needs a `queue`, and is whole when all have come.
 */
export interface WholeCohort {
  readonly action: "full";
  readonly segment: { readonly id: string; readonly name: string };
  readonly page?: { readonly syncTaskId: string; readonly pageNumber: number; readonly totalPages: number } | undefined;
  readonly members: IdListInput;
}

/**
 * Known users. Of a list of everybody nobody leaves for being unknown. A user who came after the directory was built is not in it: with `drop` what Heap
 * says of them is lost until a diff mends it, so build it anew often, or let `count` tell first.
 */
export interface Prefilter {
  readonly directory: Directory;
  /** Ids that are nobody's are sent and counted (`count`, unless said), or left out (`drop`). */
  readonly unknown?: "count" | "drop" | undefined;
}

/** Rows of text, in tables. */
export interface GatewayRows {
  get(table: string, key: string): string | undefined;
  set(table: string, key: string, value: string): void;
  delete(table: string, key: string): void;
  /**
   * Keys of a table, at most `limit` of those after `after`, in an order that stays: rising where they
   * are ASCII, and of others by UTF-8 bytes or UTF-16 units, as it comes.
   */
  keys(table: string, options?: { readonly after?: string | undefined; readonly limit?: number | undefined }): string[];
}

/**
 * Where a gateway keeps what it must not forget. One gateway at a time works on it, as a Durable
 * Object guarantees. It holds ids, and no key of Braze's: keep it safe, and log nothing of it.
 */
export interface GatewayState {
  /** Runs `work` alone, at once; all of its changes are kept, or none where it throws. */
  transaction<T>(work: (rows: GatewayRows) => T): T | Promise<T>;
}

/**
 * Says that what `state` holds outlives a crash, and how the gateway is called again: with a queue a
 * webhook is answered as soon as its requests are stored, and `forward` sends them.
 */
export interface GatewayQueue {
  /** Have `gateway.forward(env)` called at this time, in milliseconds since 1970, or before it. */
  wake(at: number): void | Promise<void>;
}

/** One entry for each request, and one for each attempt of `forward`, also where nothing may be sent. Numbers and codes alone. */
export interface GatewayLogEntry {
  /** Also in the answer, as `x-request-id`; made by chance. */
  readonly requestId: string;
  readonly route: "heap" | "braze" | "other" | "health" | "none" | "forward" | "mend";
  /** HTTP's status of the answer; of `forward` Braze's, or 0 where none came. */
  readonly status: number;
  readonly code: string;
  readonly durationMs: number;
  readonly mode?: "check" | "forward" | "plan" | undefined;
  readonly dryRun?: boolean | undefined;
  /** Of the body, unpacked. */
  readonly bytes?: number | undefined;
  /** Ids that were received, and of them those that were sent or stored to be sent. */
  readonly received?: number | undefined;
  readonly ids?: number | undefined;
  /** Requests to Braze: sent, or stored to be sent. */
  readonly requests?: number | undefined;
  /** Ids that no known user has; with `drop` they were left out. */
  readonly unknown?: number | undefined;
  /** Of `forward`: which attempt. */
  readonly attempt?: number | undefined;
  /** What is wrong with the configuration: the name of an option, and no value. */
  readonly fault?: string | undefined;
  /** Codes of problems, then of warnings, each once. */
  readonly problems?: readonly string[] | undefined;
  readonly warnings?: readonly string[] | undefined;
}

export interface GatewayOptions<Env = unknown> {
  /**
   * What holds for this request, and for all that is sent now: also for what was stored before. So a state is
   * of one customer, with one endpoint; several customers have a gateway each. What it throws is answered with
   * 500, and told nobody.
   */
  config(env: Env): GatewayConfig | Promise<GatewayConfig>;
  /**
   * Unless said pages that came before are known as long as this gateway lives, and no members, so that drains
   * are refused; `memoryState()`, given here, keeps members too.
   */
  readonly state?: GatewayState | undefined;
  readonly queue?: GatewayQueue | undefined;
  log?(entry: GatewayLogEntry): void;
  /** What sends requests to Braze: the host's unless said. It must end when its `signal` says so. */
  readonly fetch?: typeof fetch | undefined;
  /** The clock, in milliseconds since 1970: the host's unless said. */
  now?(): number;
}

/** What a gateway answers a webhook. Problems name a place and no value. */
export interface GatewayAnswer {
  /** Is the status 200? */
  readonly ok: boolean;
  readonly code: string;
  /** What happened, and what to do, in one sentence each. */
  readonly message: string;
  readonly help?: string;
  /** Ids received; those that are sent; requests to Braze. */
  readonly received?: number;
  readonly ids?: number;
  readonly requests?: number;
  /** Ids that no known user has, and the probability with which a directory takes such an id for one. */
  readonly unknown?: number;
  readonly falsePositiveRate?: number;
  /** Of `health`: requests that wait, those that Braze refused, and why nothing is sent, where that is so. */
  readonly queued?: number;
  readonly rejected?: number;
  readonly stopped?: string;
  /** Pages of this sync that have not come, at most 1,000. */
  readonly missing?: readonly number[];
  /** What Braze refused: where its ids stood, at most 100 of them. */
  readonly failed?: { readonly code: string; readonly ids: number; readonly origin: readonly { list: string; index: number }[] };
  readonly problems: readonly Pick<Problem, "code" | "path" | "line" | "column" | "message" | "help">[];
  readonly warnings: readonly Pick<Problem, "code" | "path" | "line" | "column" | "message" | "help">[];
}

/** How the work of `forward` stands. */
export interface Forwarded {
  /** Requests that Braze accepted in this call. */
  readonly sent: number;
  /** Those that it refused: they are kept apart, and the others go on. */
  readonly rejected: number;
  /** Requests that are still stored to be sent. */
  readonly left: number;
  /** When to call again, in milliseconds since 1970; the queue was told. */
  readonly retryAt?: number;
  /** Why nothing is sent, where that is so. */
  readonly stopped?: string;
}

/** A request that Braze refused: what it asked for is not so at Braze. */
export interface RejectedRequest {
  readonly key: string;
  readonly cohort: { readonly partner: string; readonly cohortId: string };
  /** As `classifyResponse` says it. */
  readonly code: string;
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly ids: number;
  /** Where its ids stood in the page or list that they came in. */
  readonly origin: readonly { readonly list: string; readonly index: number }[];
}

/** Whose members, and who they are now. */
export interface MendRequest {
  /** Heap's of the configuration unless said. */
  readonly partner?: string | undefined;
  readonly segment: { readonly id: string; readonly name: string };
  /** Everybody who is in the segment. */
  readonly ids: IdListInput | Bytes;
  /** What they are to Braze: unless said what ids of this cohort were when they came last. Members by ids of another kind leave. */
  readonly mapping?: Mapping | undefined;
  /** Send all of them, not only what differs from the members that are known: also mends what others changed. */
  readonly all?: boolean | undefined;
}

export type Mended =
  | { readonly ok: true; readonly added: number; readonly removed: number; readonly requests: number; readonly warnings: Problem[] }
  | Refused & { readonly code: string };

/**
 * Handles `POST /heap`, `POST /partners/{name}/cohorts[/users]`, the routes of its configuration and
 * `GET /health`. It never throws and never rejects.
 */
export interface CohortGateway<Env = unknown> {
  (request: Request, env?: Env, context?: { waitUntil?(promise: Promise<unknown>): void }): Promise<Response>;
  /** Itself. A worker's default export is `{ fetch: gateway }`: workerd takes a function for a class. */
  readonly fetch: CohortGateway<Env>;
  /**
   * Sends what is stored, of each cohort one request after another, until all is sent or has to wait.
   * With `check` and `dryRun` it sends nothing. Rejects where `config` throws or `state` fails, of which the queue is told.
   */
  forward(env?: Env): Promise<Forwarded>;
  /** Makes Braze's members those of a list: what ends a `drift.suspected`. With `check` and `dryRun` it tells what it would do. */
  mend(request: MendRequest, env?: Env): Promise<Mended>;
  /** The members that Braze has, as far as this gateway sent them, all of them at once. */
  members(cohort: { readonly partner?: string | undefined; readonly cohortId: string }): Promise<{
    readonly userIds: string[];
    readonly deviceIds: string[];
    readonly aliases: { readonly alias_name: string; readonly alias_label: string }[];
  }>;
  /** After a 401 stopped all sending: begin again, also with what waits for another attempt. A changed key begins again by itself. */
  resume(): Promise<void>;
  /** What Braze refused of what was stored, the oldest first, at most `limit` (100 unless said): the latest 1,000 are kept. */
  rejected(options?: { readonly after?: string | undefined; readonly limit?: number | undefined }): Promise<RejectedRequest[]>;
  /** Forgets some of it; `mend` forgets all that it mends. */
  discard(keys: readonly string[]): Promise<void>;
}

export function createCohortGateway<Env = unknown>(options: GatewayOptions<Env>): CohortGateway<Env>;

/** A state in memory: for tests, and for one process that lives long. */
export function memoryState(): GatewayState;

/** What `durableObject` needs of a Durable Object's storage, which must be one with SQLite. */
export interface DurableObjectStorageLike {
  readonly sql: { exec(query: string, ...bindings: (string | number)[]): Iterable<Record<string, unknown>> };
  transactionSync<T>(work: () => T): T;
  setAlarm(at: number): Promise<void> | void;
}

/** State and queue in a Durable Object of Cloudflare's: spread it into a gateway's options. */
export function durableObject(storage: DurableObjectStorageLike): { readonly state: GatewayState; readonly queue: GatewayQueue };
