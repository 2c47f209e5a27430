// Every call of the `kohort` entry that the worker answers, as data: the page makes its calls of this
// table, the engine knows no others, and a test holds it against the entry.

/** What an answer is, where it is not plain data alone. */
export type Kind =
  /** `add` and `remove` are lists of ids. */
  | "lists"
  /** A list of ids itself. */
  | "ids"
  /** Bytes of its own. */
  | "bytes"
  /** An answer that reads its parts when asked. */
  | "lazy"
  /** A match report, or an answer that holds one as `report`: its rows stay with the engine. */
  | "report"
  /** An object that stays with the engine: a segment within its answer, as `segment`. */
  | Held;
export type Held = "Workspace" | "Segment" | "Directory" | "CohortChecker" | "SyncGuard";

export type Call = {
  /** The place of the options among the arguments, where `transfer` is looked for. */
  readonly options?: number;
  /** May the options hold `signal`, and `onProgress`? */
  readonly watched?: boolean;
  /** What becomes of the arguments on the page, since it could not be sent. */
  readonly before?: "body" | "headers" | "module";
  readonly answer?: Kind;
  /** A property, in place of a method. */
  readonly property?: boolean;
};

/** Functions, and what is called on a class. */
export const CALLS: Readonly<Record<string, Call>> = {
  init: { before: "module" },
  loadRegex: { before: "module" },
  checkCohortRequest: { options: 1, before: "body" },
  createCohortChecker: { answer: "CohortChecker" },
  verifyHeapSignature: { options: 2 },
  readHeapWebhook: { options: 1, answer: "lists" },
  planCohortImport: { options: 1 },
  withKeys: {},
  classifyResponse: { options: 1, before: "headers" },
  diffCohort: { options: 2, answer: "lists" },
  diffCohortStream: { options: 2, watched: true, answer: "lists" },
  "Directory.build": { options: 1, watched: true, answer: "Directory" },
  "Directory.fromBytes": { options: 1, answer: "Directory" },
  "SyncGuard.create": { answer: "SyncGuard" },
  checkSegment: { options: 1 },
  "Workspace.create": { answer: "Workspace" },
};

/** What is called on an object that stays with the engine. */
export const MEMBERS: Readonly<Record<Held, Readonly<Record<string, Call>>>> = {
  CohortChecker: { check: { options: 1, answer: "lazy" }, free: {} },
  Directory: { toBytes: { answer: "bytes" }, lookup: { options: 1 }, free: {} },
  SyncGuard: { begin: {}, commit: {}, release: {}, state: {}, free: {} },
  Workspace: {
    revision: { property: true },
    userCount: { property: true },
    loadProfiles: { options: 1, watched: true },
    profile: {},
    deleteUser: {},
    previewCohortRequest: { options: 1, answer: "report" },
    applyCohortRequest: { options: 1, answer: "report" },
    cohorts: {},
    cohortMembers: {},
    matchReportRows: {},
    matchReportBlob: {},
    compileSegment: { options: 1, answer: "Segment" },
    defineSegment: { options: 1, answer: "Segment" },
    "partners.issue": {},
    "partners.rotate": {},
    "partners.revoke": {},
    "partners.list": {},
    "partners.verify": {},
    free: {},
  },
  Segment: { count: {}, countWith: {}, members: {}, memberIds: { answer: "ids" }, explain: {}, free: {} },
};

/** What a directory tells of itself without being asked again: it never changes. */
export const TOLD = ["ok", "problems", "warnings", "loaded", "updated", "rejected", "mode", "count", "falsePositiveRate"] as const;
