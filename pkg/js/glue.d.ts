// What the bundler puts in: the bindings of one module, and tables and limits read from the Rust sources.
declare module "kohort:glue" {
  export function __wbg_get_imports(): WebAssembly.Imports;
  export function __wbg_finalize_init(instance: WebAssembly.Instance, module?: WebAssembly.Module): WebAssembly.Exports;

  interface Raw {
    reserve(length: number): number;
    free(): void;
  }
  export class RawDiff implements Raw {
    reserve(length: number): number;
    push(next: boolean, offsets: number, length: number): number;
    push_lines(next: boolean, length: number): number;
    finish(): number;
    only_in(next: boolean, lines: boolean): number;
    free(): void;
  }
  export class RawWorkspace implements Raw {
    constructor(options: object);
    reserve(length: number): number;
    revision(): number;
    user_count(): number;
    moment(length: number): number;
    begin_load(maxProblems: number, coordinates: number, format: number, asOf: number): number;
    profile(kind: number, name: number, label: number): number;
    delete_user(kind: number, name: number, label: number): number;
    push(length: number): boolean;
    loaded(): number;
    finish_load(): number;
    abort_load(): void;
    body(length: number): boolean;
    clear(): void;
    transact(body: number, partner: number, applies: boolean, maxProblems: number, maxBytes: number, maxDepth: number): number;
    release(): void;
    has_findings(): boolean;
    findings(index: number): number;
    cohorts(): unknown;
    member_count(partner: string, cohortId: string): number;
    members(partner: string, cohortId: string, offset: number, limit: number): unknown;
    users(users: Uint32Array): unknown;
    rows_blob(rows: Uint32Array, count: number, csv: boolean): Blob;
    set_zone(changes: Float64Array): void;
    compile_segment(length: number, isDefined: boolean, maxProblems: number, maxBytes: number): number;
    free_segment(segment: number): void;
    count_segment(segment: number, now: number): number;
    segment_members(segment: number, now: number, offset: number, limit: number): number;
    sweep_segment(segment: number, now: number, length: number): number;
    look_up_field(length: number, isCustom: boolean, index: number): number;
    swept_count(value: number): number;
    is_found(segment: number): boolean;
    profiles(users: Uint32Array): number;
    explain_segment(segment: number, now: number, kind: number, name: number, label: number): number;
    segment_ids(segment: number, now: number, kind: number, label: number): number;
    issue_key(partner: string, now: number): unknown;
    rotate_key(partner: string, now: number, until: number): unknown;
    revoke_key(partner: string, id: string): boolean;
    list_keys(partner?: string): unknown;
    verify_key(partner: string, length: number, now: number): unknown;
    free(): void;
  }
  export class RawDefinitions implements Raw {
    reserve(length: number): number;
    check(length: number, maxProblems: number, maxBytes: number): number;
    free(): void;
  }
  export class RawDirectory implements Raw {
    constructor(compact: boolean, maxProblems: number, maxMemoryBytes: number);
    reserve(length: number): number;
    push(length: number): boolean;
    finish(): number;
    begin_restore(bytes: number): void;
    finish_restore(): number;
    begin_store(): number;
    store_piece(): number;
    count(): number;
    false_positive_rate(): number;
    look_up(kind: number, ends: number, length: number): number;
    free(): void;
  }
}
declare module "kohort:tables" {
  /** Code, message and help of each code, a tab between them, a line each. */
  export const CODES: string;
  /** The same of those that the edge module never finds, to be put behind them. */
  export const KNOWN_CODES: string;
  /** And of those that the full module alone finds. */
  export const FULL_CODES: string;
  /** All lines, empty where the vendors module never finds the code. */
  export const VENDOR_CODES: string;
  /** The vendors, by their numbers in the module; `idField` is a field, `told` or `fixed`. */
  export const VENDORS: { name: string; title: string; status: string; source: string; idField: string; actions: Record<"add" | "remove" | "full" | "drain", string[]> }[];
  /** Status and message of Braze's answers. */
  export const FAULTS: [number, string][];
  /** What becomes of an id, and what it changes, in the order of the core's lists. */
  export const OUTCOMES: import("../types").MatchOutcome[];
  export const EFFECTS: import("../types").MatchEffect[];
  export const CLUSTERS: readonly import("../types").Cluster[];
}
declare module "kohort:limits" {
  // Those of src/limits.rs that the calls look at.
  export const KEPT_BUFFER_BYTES: number;
  export const KEPT_SYNCS: number;
  export const LINT_IDS: number;
  export const MAX_BODY_BYTES: number;
  export const MAX_DEPTH: number;
  export const MAX_ID_BYTES: number;
  export const MAX_PROBLEMS: number;
  export const MAX_REQUESTS_PER_HOUR: number;
  export const MAX_RESPONSE_BYTES: number;
  export const MAX_RETRY_AFTER_MS: number;
  export const SIGNATURE_MAX_AGE_MS: number;
  export const SIGNATURE_MAX_FUTURE_MS: number;
}
declare module "kohort:calls" {}
declare module "kohort:api" {}
declare module "kohort:entry" {
  const entry: typeof import("./full") & { init(): Promise<void> };
  export = entry;
}
declare module "node:worker_threads" {
  type Anything = any;
  export const Worker: new (file: URL) => import("./worker/client").AnyWorker;
  export const parentPort: { on(name: "message", listener: (message: Anything) => void): void } | null;
}
declare module "kohort:core" {
  type Engine = typeof import("./engine");
  export const start: Engine["start"];
  export const startSync: Engine["startSync"];
  export const started: Engine["started"];
  export const checked: Engine["checked"];
  export const imports: Engine["imports"];
  export const setLoader: Engine["setLoader"];
  export const startLate: Engine["startLate"];
  export const others: Engine["others"];
  type Regex = typeof import("./regex");
  export const setRegexLoader: (load: (source?: any) => Promise<void>) => void;
  export const startRegex: Regex["startRegex"];
  export const startRegexLate: Regex["startRegexLate"];
}
declare module "kohort:edge-others" {
  export const others: (typeof import("./engine"))["others"];
}
declare module "kohort:base64" {
  const text: string;
  export default text;
}
/** Where the files of the module and of the regex module are, beside the entries. */
declare const KOHORT_WASM: string;
declare const KOHORT_REGEX: string;
declare module "kohort:regex" {
  const module: WebAssembly.Module;
  export default module;
}
declare module "kohort:regex-base64" {
  const text: string;
  export default text;
}
/** The entry that this file belongs to: `edge`, `full` or `vendors`. */
declare const KOHORT_ENTRY: string;
/** The module that this file calls: `edge`, `known`, `vendors` or `full`. */
declare const KOHORT_MODULE: string;
declare module "kohort:wasm" {
  /** The name of the module's file beside the entries, and the module itself where the runtime imports it. */
  const module: WebAssembly.Module;
  export default module;
}
declare module "node:fs" {
  export function readFileSync(file: URL): Uint8Array<ArrayBuffer>;
}
