/// <reference lib="esnext.disposable" />
/**
 * What works on lists of known ids: diffs and directories. Part of `kohort/edge`, in a module of its
 * own that is loaded when it is first used.
 */
import type { Bytes, IdList, IdListInput, Problem, Refused } from "./edge.js";

/**
 * A snapshot: newline-separated text, an id a line, or a list of ids. A blank line is an empty id, as `""`
 * in an array is; a line feed may end the last line. `planCohortImport` leaves empty ids out, with a warning.
 * Lines that end in CRLF are refused: `ids.newline`.
 */
export type DiffInput = Bytes | IdListInput;

/**
 * Text in pieces, plain or packed as gzip or zip, which is seen by its content. Of several Blobs, and
 * of several files in a zip, the texts are read one after another. What is cut or damaged is answered
 * as `gzip.invalid` or `zip.invalid`, at the index of the Blob and in bytes of the packed data; an
 * error of a stream's own rejects the call. Bytes must stay as they are until the call has settled.
 */
export type DiffSource = Bytes | ReadableStream<Uint8Array> | Blob | readonly Blob[];

/** The difference of two snapshots. */
export interface Diff {
  readonly ok: true;
  /** Ids that only the newer snapshot has, in its order. */
  readonly add: IdList;
  /** Ids that only the older snapshot has, in its order. */
  readonly remove: IdList;
  /**
   * `previous === removed + unchanged + previousRepeats` and
   * `next === added + unchanged + nextRepeats`, always.
   */
  readonly counts: {
    readonly previous: number;
    readonly next: number;
    readonly added: number;
    readonly removed: number;
    readonly unchanged: number;
    /** Ids of the older snapshot that were in it before. */
    readonly previousRepeats: number;
    /** Ids of the newer snapshot that were in it before. */
    readonly nextRepeats: number;
  };
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export type DiffAnswer = Diff | Refused;

/**
 * Compares two snapshots: who entered, who left. Bytes are the fast path; of strings most of the
 * time goes into copying them.
 */
export function diffCohort(previous: DiffInput, next: DiffInput): DiffAnswer;

/** Bounds of a text that comes in pieces. */
export interface TextLimits {
  /**
   * Bytes of the longest text, unpacked: without bound unless said. Beyond it the reading ends with
   * `limit.bytes`. Set it where others choose the source: a packed text may be a thousand times as
   * long as what was sent.
   */
  readonly maxBytes?: number | undefined;
}

/** How something long is read. */
export interface StreamOptions {
  /** Stops it: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each piece, with the bytes read so far, unpacked. */
  readonly onProgress?: ((progress: { readonly bytes: number }) => void) | undefined;
  readonly limits?: TextLimits | undefined;
}

/**
 * Compares two snapshots that come in pieces. About 20 bytes an id are kept; a Blob is read twice,
 * and of a stream, which can be read only once, the text is kept as well.
 */
export function diffCohortStream(previous: DiffSource, next: DiffSource, options?: StreamOptions): Promise<DiffAnswer>;

/** What became of an id: exactly one for every id received. */
export type MatchOutcome =
  | "matched_external_id" | "matched_alias" | "matched_device_id"
  | "unknown_external_id" | "unknown_alias" | "unknown_device_id"
  /** Identified users are never matched by a device. */
  | "device_of_identified_user"
  /** Several anonymous users have the device. */
  | "ambiguous_device_id"
  | "duplicate"
  /** The same id comes again later, in the other direction. */
  | "superseded"
  /** Nobody can have such an id. */
  | "invalid";

/** A pair: it matches only as a whole. */
export type Alias = {
  readonly alias_name: string;
  readonly alias_label: string;
};

/** How a directory is built. */
export interface DirectoryOptions {
  /**
   * `verified` keeps every id and compares it; `compact` keeps fingerprints, in 5 bytes an id,
   * and answers `probable` where the other answers a match. `verified` unless said.
   */
  readonly mode?: "verified" | "compact" | undefined;
  readonly limits?: TextLimits & {
    /** Bytes that known users may take. Beyond it the building ends with `limit.memory`. */
    readonly maxMemoryBytes?: number | undefined;
  } | undefined;
  /** Problems that are listed one by one, 100 unless said. */
  readonly maxProblems?: number | undefined;
  /** Stops the building from a stream or Blob. */
  readonly signal?: AbortSignal | undefined;
}

/** Ids to look up, by kind. */
export interface LookUpIds {
  readonly externalIds?: IdListInput | undefined;
  readonly deviceIds?: IdListInput | undefined;
  readonly aliases?: readonly Alias[] | undefined;
}

/** What became of each id, in the order of the ids. */
export type LookUpAnswer =
  | {
    readonly ok: true;
    readonly externalIds: (MatchOutcome | "probable")[];
    readonly deviceIds: (MatchOutcome | "probable")[];
    readonly aliases: (MatchOutcome | "probable")[];
    /** The probability with which an unknown id is `probable`; only of a compact directory. */
    readonly falsePositiveRate?: number;
    readonly problems: Problem[];
    readonly warnings: Problem[];
  }
  | Refused;

/** What answers where there is a directory, and where there is none. */
export type DirectoryAnswer = Directory | (Refused & { readonly directory?: undefined });

/**
 * Known users. It is the answer to its own building: `ok` is false as soon as one profile was
 * rejected, and the directory holds the others.
 */
export class Directory {
  private constructor();
  /**
   * Builds a directory from profiles: newline-delimited JSON, a JSON array, or answers of
   * `/users/export/ids`. From a stream or Blob, gzip and zip by content, it answers a promise. CSV and bodies
   * of `/users/track` change profiles and are not read here: load them into a `Workspace`.
   */
  static build(source: Bytes, options?: DirectoryOptions): DirectoryAnswer;
  static build(source: ReadableStream<Uint8Array> | Blob | readonly Blob[], options?: DirectoryOptions): Promise<DirectoryAnswer>;
  /** A directory from what `toBytes` gave; the bytes are checked. */
  static fromBytes(bytes: Uint8Array | ArrayBuffer): DirectoryAnswer;
  readonly ok: boolean;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** New users; of a directory from bytes all. */
  readonly loaded: number;
  /** Newer states of known users. */
  readonly updated: number;
  /** Profiles that were not taken. */
  readonly rejected: number;
  /** Itself. */
  readonly directory: Directory;
  readonly mode: "verified" | "compact";
  /** Users; of a compact directory ids. */
  readonly count: number;
  /** Of a compact directory the probability with which an unknown id is `probable`. */
  readonly falsePositiveRate: number | undefined;
  /** The directory as bytes. They hold ids, or tell who has one whether it is known: keep them safe. */
  toBytes(): Uint8Array;
  lookup(ids: LookUpIds): LookUpAnswer;
  /** Gives its memory back. */
  free(): void;
  [Symbol.dispose](): void;
}
