/// <reference lib="esnext.disposable" />
/**
 * Types of `kohort/worker`, written by hand: the calls of `kohort`, each with its answer as a promise,
 * made by a Web Worker (in Node a thread), so that the page stays free.
 *
 * Calls throw and answer what those of `kohort` do. What is given must be data: an object's methods do
 * not go with it. So a gateway, which is made of functions and asynchronous by itself, is not here.
 */
import type * as kohort from "./types.js";
import type {
  ApplyAnswer, BrazeResponse, Bytes, CheckOptions, CohortCheck, DiffAnswer, DiffInput, DiffSource, DirectoryOptions,
  GuardState, LoadAnswer, LoadOptions, LookUpAnswer, LookUpIds, MatchAnswer, MatchOptions, PlanAnswer, PlanOptions,
  PlanSource, ReadOptions, Refused, RequestSource, SignatureAnswer, StreamOptions, VerifyOptions, WebhookAnswer, WorkspaceOptions,
} from "./types.js";

export type * from "./types.js";
export { clusters } from "./types.js";

/** Bytes that are given are copied, so that they stay the caller's. */
export interface Transfer {
  /**
   * Gives the bytes away in place of a copy: whole buffers, which are detached here, also where a view
   * shows a part of one. Streams, and blobs, which are never copied, need no such word.
   */
  readonly transfer?: boolean | undefined;
}

/** Methods that answer promises. */
type Asked<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Promise<Awaited<Answer>>
    : Promise<Methods[Name]>;
};

/** Starts the worker and makes its module ready; calls do it by themselves. */
export function init(source?: Parameters<typeof kohort.init>[0]): Promise<void>;
/** Loads what matches regular expressions from an address of your own; where that is not needed, it is loaded by itself. */
export function loadRegex(source?: Parameters<typeof kohort.loadRegex>[0]): Promise<void>;
export function checkCohortRequest(body: Bytes | object | null, options: CheckOptions & Transfer): Promise<CohortCheck>;
export function createCohortChecker(options: CheckOptions): Promise<CohortChecker>;
export function verifyHeapSignature(
  body: Bytes, header: string | null | undefined, options: VerifyOptions & Transfer,
): Promise<SignatureAnswer>;
export function readHeapWebhook(body: Bytes, options?: ReadOptions & Transfer): Promise<WebhookAnswer>;
export function planCohortImport(
  source: PlanSource | readonly PlanSource[], options: Omit<PlanOptions, "directory"> & Transfer & { readonly directory?: Directory | undefined },
): Promise<PlanAnswer>;
export function withKeys(...given: Parameters<typeof kohort.withKeys>): Promise<{ path: string; body: string }>;
export function classifyResponse(response: BrazeResponse): Promise<kohort.Classified>;
export function diffCohort(previous: DiffInput, next: DiffInput, options?: Transfer): Promise<DiffAnswer>;
export function diffCohortStream(previous: DiffSource, next: DiffSource, options?: StreamOptions & Transfer): Promise<DiffAnswer>;

/** What stays with the worker until it is freed, or nobody has it any more. */
interface Held {
  /** Gives its memory back. */
  free(): Promise<void>;
  [Symbol.dispose](): void;
}

/** A checker with its options compiled once. */
export interface CohortChecker extends Held {
  check(body: Bytes, options?: Transfer): Promise<CohortCheck>;
}

/** Which pages were taken: as that of `kohort`, made by `create`. */
export class SyncGuard {
  private constructor();
  static create(state?: GuardState | null, options?: ConstructorParameters<typeof kohort.SyncGuard>[1]): Promise<SyncGuard>;
}
export interface SyncGuard extends Held, Asked<Pick<kohort.SyncGuard, "begin" | "commit" | "release" | "state">> {}

export type DirectoryAnswer = Directory | (Refused & { readonly directory?: undefined });

/** Known users. */
export class Directory {
  private constructor();
  static build(source: DiffSource, options?: DirectoryOptions & Transfer): Promise<DirectoryAnswer>;
  static fromBytes(bytes: Uint8Array | ArrayBuffer, options?: Transfer): Promise<DirectoryAnswer>;
  readonly directory: Directory;
  toBytes(): Promise<Uint8Array>;
  lookup(ids: LookUpIds, options?: Transfer): Promise<LookUpAnswer>;
}
export interface Directory extends Held, Omit<kohort.Directory, "directory" | "toBytes" | "lookup" | "free" | typeof Symbol.dispose> {}

export function checkSegment(
  definition: kohort.SegmentSource, options?: kohort.DefinitionOptions & Transfer,
): Promise<kohort.DefinitionCheck>;

export type SegmentAnswer = (Omit<Extract<kohort.SegmentAnswer, { ok: true }>, "segment"> & { readonly segment: Segment }) | Extract<kohort.SegmentAnswer, { ok: false }>;

/** A segment of a workspace, in the memory of the worker. */
export class Segment {
  private constructor();
}
export interface Segment extends Held, Asked<Pick<kohort.Segment, "count" | "countWith" | "members" | "memberIds" | "explain">> {}

/** Data import keys, from the worker's secure random source. */
export type Partners = Asked<kohort.Partners>;

/** Known users, the cohorts that partners send, and their keys, in the memory of the worker. */
export class Workspace {
  private constructor();
  static create(options?: WorkspaceOptions): Promise<Workspace>;
  readonly partners: Partners;
  loadProfiles(source: DiffSource, options?: LoadOptions & Transfer): Promise<LoadAnswer>;
  previewCohortRequest(source: RequestSource, options: MatchOptions & Transfer): Promise<MatchAnswer>;
  applyCohortRequest(source: RequestSource, options: MatchOptions & Transfer): Promise<ApplyAnswer>;
  compileSegment(definition: kohort.SegmentSource, options?: kohort.DefinitionOptions & Transfer): Promise<SegmentAnswer>;
  defineSegment(definition: kohort.SegmentSource, options?: kohort.DefinitionOptions & Transfer): Promise<SegmentAnswer>;
}
export interface Workspace extends Held, Asked<Pick<kohort.Workspace,
  "revision" | "userCount" | "profile" | "deleteUser" | "cohorts" | "cohortMembers" | "matchReportRows" | "matchReportBlob">> {}

/**
 * Ends the worker. What it held is lost, calls that wait reject, and the next call that makes
 * something starts a new one.
 */
export function terminate(): void;

/** A worker as the web's and Node's are. */
export interface WorkerLike {
  postMessage(message: any, transfer: any): void;
  terminate(): unknown;
}

/**
 * The calls of a worker that the page starts by itself, where a policy or another origin asks for it:
 * a module worker that imports `kohort/worker/engine`, by `import "…"`, since `import()` comes too late
 * for the first message. When it ends, calls that wait reject; that it closed itself is noticed on https
 * and localhost alone, where browsers have locks.
 */
export function connect(worker: WorkerLike): Omit<typeof import("./worker.js"), "connect" | "clusters">;
