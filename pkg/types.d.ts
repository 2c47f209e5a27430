/// <reference lib="esnext.disposable" />
/**
 * Types of `kohort`, written by hand. All of `kohort/edge` is here too, answered by this module.
 */
import type { Alias, Bytes, DiffSource, IdList, MatchOutcome, Plan, Problem, ReadOptions, Refused, TextLimits } from "./edge.js";
import type { SegmentExplanation } from "./explain.js";
import type { SegmentDefinition } from "./segment.js";

export * from "./edge.js";
export type {
  Observed, SegmentApps, SegmentCondition, SegmentExplanation, SegmentFamily, SegmentGroup, SegmentNode, SegmentRoot, SegmentRule, SegmentRules,
} from "./explain.js";
export type { SegmentCircle, SegmentDefinition, SegmentFilter, SegmentFilters, SegmentPolygon } from "./segment.js";

/**
 * Makes the module ready that matches the regular expressions of segments, where that takes time: in a
 * browser, once before a segment that has one is compiled. `source` as in {@link init}: a bundler's address of
 * `kohort/regex.wasm`, for example. Where files can be read or are imported, and in `kohort/worker`, it is loaded
 * by itself when it is first needed; checking a definition does not need it.
 */
export function loadRegex(source?: WebAssembly.Module | BufferSource | Response | URL | string): Promise<void>;

/** A user, by the id that names them best. */
export type UserRef =
  | { readonly external_id: string }
  | { readonly alias: { readonly alias_name: string; readonly alias_label: string } }
  | { readonly braze_id: string }
  | { readonly device_id: string };

/** A cohort. `partner` is 1 to 64 of `a-z`, `0-9`, `_` and `-`. */
export interface CohortRef {
  readonly partner: string;
  readonly cohortId: string;
}

export interface WorkspaceOptions {
  readonly limits?: {
    /**
     * Bytes that known users may take. Beyond it a load ends with `limit.memory`, but not before what
     * nobody has any more was let go of; for as long as that lasts, twice as many at most.
     */
    readonly maxMemoryBytes?: number | undefined;
  } | undefined;
  /** Lets an alias match only a user with an external id. Braze does not say which it does. */
  readonly identifiedAliasesOnly?: boolean | undefined;
  /** The moment for which segments are asked, where a call names no other; the host's clock unless said. */
  readonly now?: number | Date | undefined;
  /**
   * The company's time zone by its IANA name, UTC unless said: dates in definitions are days there. Its rules
   * are the host's, from 1880 to 2150; finding them takes some 30 ms, once.
   */
  readonly timeZone?: string | undefined;
}

/** How many profiles became what: they add up to the profiles met. */
export interface LoadCounts {
  /** New users. */
  readonly loaded: number;
  /** Newer states of known users. */
  readonly updated: number;
  /**
   * Profiles that were not taken; each is a problem with its line. Of `/users/track` also an object that is
   * only to change a user whom nobody knows: `track.unknown_user`, a warning.
   */
  readonly rejected: number;
  /** Events and purchases of `/users/track` that an export knew already: see `asOf`. */
  readonly covered: number;
}

export interface LoadOptions {
  /**
   * What the source holds: `"export"`, profiles as Braze exports them, as NDJSON, an array or answers;
   * `"track"`, bodies of `/users/track`; `"csv"`. Unless said, CSV if the first row names a column that
   * Braze knows, and else told by the first record: a body has none of a profile's ids.
   */
  readonly format?: "export" | "track" | "csv" | undefined;
  /**
   * When the export was made: milliseconds since 1970, a Date, or a text as ISO 8601 writes it, without a
   * zone in UTC. Events and purchases of `/users/track` up to then are in its summaries already, so
   * for the users that come from it they count no more; without it all count.
   */
  readonly asOf?: number | string | Date | undefined;
  /** Stops the load: the call rejects with the signal's reason, and what was taken stays. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each piece, with the numbers so far; `bytes` are of the text unpacked. */
  readonly onProgress?: ((progress: LoadCounts & { readonly bytes: number }) => void) | undefined;
  /** Problems that are listed one by one, 100 unless said; `limit.too_many_problems` counts the others. */
  readonly maxProblems?: number | undefined;
  readonly limits?: TextLimits | undefined;
  /**
   * In which order `last_coordinates` come: Braze's table says longitude first, its example has
   * latitude first. Unless said, longitude first, but where the second number can be no latitude.
   */
  readonly coordinateOrder?: "lon_lat" | "lat_lon" | undefined;
}

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What is known of a user, with the fields of Braze's export. */
export interface Profile {
  readonly external_id?: string;
  readonly braze_id?: string;
  readonly deprecated_external_ids?: readonly string[];
  readonly user_aliases?: readonly Alias[];
  readonly custom_attributes?: { readonly [name: string]: Json };
  readonly [field: string]: Json | undefined;
}

/**
 * `ok` is false as soon as one profile was rejected, or the source could not be read to its end; the
 * others were loaded all the same.
 */
export interface LoadAnswer extends LoadCounts {
  readonly ok: boolean;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/**
 * The body of one request of Braze's, or a whole plan. A plan for another partner than the call's is
 * refused: `request.partner_differs`, at the path of the first such request.
 */
export type RequestSource = Bytes | Pick<Plan, "requests">;

/** What an id changes in the cohort. */
export type MatchEffect = "none" | "adds" | "removes" | "already_member" | "not_a_member";

/** What became of the ids of a request or a plan. The outcomes add up to `totals.rows`, always. */
export interface MatchReport {
  readonly ok: true;
  /** `known`: was the cohort known before? */
  readonly cohort: CohortRef & { readonly known: boolean };
  readonly outcomes: Readonly<Record<MatchOutcome, number>>;
  readonly totals: {
    /** One for every id received. */
    readonly rows: number;
    /** Rows without the invalid ones. */
    readonly ids: number;
    readonly distinctIds: number;
    /** Different users that were matched. */
    readonly people: number;
  };
  /** People who would enter, or have entered. */
  readonly added: number;
  /** People who would leave, or have left. */
  readonly removed: number;
  /** People who were matched and are as before. */
  readonly unchanged: number;
  /** Different ids that matched nobody. */
  readonly unmatched: number;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export type MatchAnswer = MatchReport | Refused;

/** How a request is previewed or applied. Limits are of each body. */
export interface MatchOptions extends ReadOptions {
  /** Whose cohort it is: 1 to 64 of `a-z`, `0-9`, `_` and `-`. */
  readonly partner: string;
}

export type ApplyAnswer =
  | {
    readonly ok: true;
    readonly added: number;
    readonly removed: number;
    readonly unchanged: number;
    readonly unmatched: number;
    readonly report: MatchReport;
    readonly problems: Problem[];
    readonly warnings: Problem[];
  }
  | Refused;

/** What became of one id. */
export interface MatchRow {
  /** The index of the request in its plan. */
  readonly request: number;
  /** The index of the change in `cohort_changes`. */
  readonly item: number;
  readonly list: "user_ids" | "device_ids" | "aliases";
  /** The index in the list. */
  readonly index: number;
  readonly outcome: MatchOutcome;
  readonly effect: MatchEffect;
  /** Who was matched. */
  readonly user?: UserRef;
  /** The id as it was received, where `source` was given: also of who was not found. */
  readonly id?: string | Alias;
}

export interface CohortInfo extends CohortRef {
  /** Its id until a name request gives another. */
  readonly name: string;
  /** As the name request wrote it. */
  readonly createdAt?: string;
  readonly memberCount: number;
}

export type MembersAnswer =
  | {
    readonly ok: true;
    /** All members, not only those of this page. */
    readonly count: number;
    readonly members: UserRef[];
    readonly revision: number;
    readonly problems: Problem[];
    readonly warnings: Problem[];
  }
  | Refused;

/** Whether somebody was deleted. */
export type DeleteAnswer =
  | {
    readonly ok: true;
    readonly deleted: boolean;
    readonly revision: number;
    readonly problems: Problem[];
    readonly warnings: Problem[];
  }
  | Refused;

/** What may be told of a data import key. */
export interface PartnerKey {
  readonly partner: string;
  /** Its name, for revoking it; it says nothing of the key. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  /** When it stops working, if it does. */
  readonly expiresAt?: number;
}

/** A new key: `key` is shown this once, and only its hash is kept. */
export interface IssuedKey extends PartnerKey {
  readonly key: string;
}

type Now = { readonly now?: number | Date | undefined };

/** Data import keys, from the host's secure random source. */
export interface Partners {
  /** A new key besides those that the partner has. */
  issue(partner: string, options?: Now): IssuedKey;
  /** A new key in place of all others, which work for `keepOldMs` more, 0 unless said. */
  rotate(partner: string, options?: Now & { readonly keepOldMs?: number | undefined }): IssuedKey;
  /** Ends a key; false if the partner has none of this id. */
  revoke(partner: string, id: string): boolean;
  /** The keys of a partner, or of all. */
  list(partner?: string): PartnerKey[];
  /** The partner's key that this is, if it works now; in constant time. */
  verify(partner: string, key: Bytes, options?: Now): PartnerKey | undefined;
}

/** A definition: an object, or JSON. An object is written as JSON first, so its places are in that text. */
export type SegmentSource = SegmentDefinition | Bytes;

export interface DefinitionOptions {
  /** Problems that are listed one by one, 100 unless said; `limit.too_many_problems` counts the others. */
  readonly maxProblems?: number | undefined;
  readonly limits?: {
    /** Bytes of a definition, 8 MiB unless said. */
    readonly maxBytes?: number | undefined;
  } | undefined;
}

/** What is wrong with a definition, all at once. */
export interface DefinitionCheck {
  readonly ok: boolean;
  readonly problems: Problem[];
  readonly warnings: Problem[];
  /** Words of the grammar that may be meant. */
  readonly didYouMean: DidYouMean[];
}

/** A name of the workspace's, or a word of the grammar, that may be meant by one that is not known. */
export interface DidYouMean {
  /** The place of the one that is not known, as that of the warning or problem that tells it. */
  readonly path: string;
  readonly name: string;
}

export type SegmentAnswer =
  | {
    readonly ok: true;
    readonly segment: Segment;
    readonly problems: Problem[];
    readonly warnings: Problem[];
    /** Problems say no names, so they stand here: of those that are listed, so `maxProblems` bounds them, too. */
    readonly didYouMean: DidYouMean[];
  }
  | Refused & { readonly didYouMean: DidYouMean[] };

export interface CountAnswer {
  readonly ok: true;
  /** Users for whom the segment is true: exactly. */
  readonly count: number;
  /** Users of whom nobody can say, since what the segment asks about is not loaded. */
  readonly unknown: number;
  readonly revision: number;
}

export type CountWithAnswer =
  | { readonly ok: true; readonly count: number; readonly revision: number }
  | Refused;

/** A member: an id, and where they were asked for, fields of the profile. */
export type Member = UserRef & { readonly fields?: { readonly [name: string]: Json } };

export type MemberPage =
  | {
    readonly ok: true;
    /** All members, not only those of this page. */
    readonly count: number;
    readonly unknown: number;
    readonly members: Member[];
    readonly revision: number;
    readonly problems: Problem[];
    /** Of each of the `fields` that no profile here has and Braze does not document. */
    readonly warnings: Problem[];
    /** Fields that may be meant by those. */
    readonly didYouMean: DidYouMean[];
  }
  | Refused;

/** The members' ids, one after another, and how many members have none of this kind. */
export type IdsAnswer =
  | IdList & {
    readonly ok: true;
    readonly withoutId: number;
    readonly revision: number;
    readonly problems: Problem[];
    readonly warnings: Problem[];
  }
  | Refused;

export type ExplainAnswer = SegmentExplanation | Refused;

/**
 * A segment of a workspace. It is live: each answer is of the users, cohorts and segments that there are
 * then, and says their `revision`. Times are asked for `now`, which is the workspace's, or else the
 * host's clock at each call.
 */
export class Segment {
  private constructor();
  /** How many users are in it. Throws where there is too little memory for a bit a user. */
  count(options?: Now): CountAnswer;
  /**
   * How many users would be in it if the condition at `path` (as explanations tell it, such as
   * `/filter/AND/1`) had another value: for a slider that moves. The condition compares a number, an age, or a
   * time of an attribute: by more, less, equal, before, after, or a number of days; a time is a Date or
   * milliseconds. The first call takes two counts, each further one less than a microsecond in the module, as long as
   * nothing has changed; unless `now` is said they are of the moment of the first, for a second. A number that a
   * definition could not have there, such as -1 days, is refused by the same problem, at `/value`; what is no number
   * throws.
   */
  countWith(path: string, value: number | Date, options?: Now): CountWithAnswer;
  /**
   * A page of its members, 100 unless said, always in the same order. `fields` are those of `profile()`, and
   * `custom_attributes.NAME`; who has none of a name has no such key, and a name that no profile has and Braze does not
   * document is a warning. With the `revision` of the first page, further ones are of the same moment, or refused by
   * `segment.changed` if something has changed.
   */
  members(options?: Now & {
    readonly offset?: number | undefined;
    readonly limit?: number | undefined;
    readonly fields?: readonly string[] | undefined;
    readonly revision?: number | undefined;
  }): MemberPage;
  /**
   * All ids of one kind that the members have, external ids unless said; of aliases the names of those
   * with `aliasLabel`. A user may have several devices and aliases.
   */
  memberIds(options?: Now & (
    | { readonly kind?: "external_id" | "device_id" | "braze_id" | undefined; readonly aliasLabel?: undefined }
    | { readonly kind: "alias"; readonly aliasLabel: string }
  )): IdsAnswer;
  /**
   * Why a user is in it, or not: each condition with what it saw, what it was given, and which meaning decided;
   * the sentences of the meanings are in `kohort/segment.rules.json`. `user.unknown` where nobody has the id.
   */
  explain(user: UserRef, options?: Now): ExplainAnswer;
  /** Gives its memory back; other segments that name it cannot any more. Freeing the workspace does it too. */
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * Tells all that is wrong with a definition, each fault with its place, without a workspace: what only one can
 * know, such as whether an attribute is known, `compileSegment` tells.
 */
export function checkSegment(definition: SegmentSource, options?: DefinitionOptions): DefinitionCheck;

/** Known users, the cohorts that partners send, and their keys. */
export class Workspace {
  private constructor();
  static create(options?: WorkspaceOptions): Promise<Workspace>;
  readonly partners: Partners;
  /** Rises with every change. */
  readonly revision: number;
  /** How many users are known. */
  readonly userCount: number;
  /**
   * Loads profiles with all their fields: newline-delimited JSON, a JSON array, or answers of
   * `/users/export/ids`; gzip and zip by content, such as Braze's zip of an export, of some 5,000 users a
   * file. Several files are one text: an array comes by itself, and lines count on from file to file.
   * An array may go over lines as it likes, an answer where its second line begins with a key; profiles
   * stand one a line, as `jq -c` writes them. Another load meanwhile answers `workspace.busy`.
   *
   * Bodies of `/users/track` (one, one a line, or an array) change profiles where an export replaces them, each
   * object wholly or not at all; the counts are of objects then. They set values, remove them by
   * null, and do `inc`, `add`, `remove`, `$add`, `$remove`, `$update` and `_merge_objects`; events and
   * purchases raise `custom_events`, `purchases` and `total_revenue`, each time they are loaded. Whom
   * an `email` or `phone` alone names is not looked up.
   *
   * Also CSV as Braze's user import takes it, with `,`, `;` or tabs: a header with exact names, of which
   * `external_id`, `braze_id`, or `user_alias_name` and `user_alias_label` say who it is. A row changes
   * what it names: other attributes, aliases and devices stay, and a blank field changes nothing. Of
   * custom attributes `true`, `false` and plain numbers without leading zeros are such; all else, and
   * what stands in quotes, is text. Several files need the same header: another ends the load with
   * `csv.other_header`.
   *
   * A default field that holds what Braze does not document there (another type, a `dob` that is no
   * `YYYY-MM-DD`, a subscription state that is none of the three) is left out with
   * `profile.wrong_field`, in each format alike. A text in no format, or in another than `format` says, is
   * one problem (`profile.unknown_format`, `profile.other_format`), and nothing of it is loaded.
   */
  loadProfiles(source: DiffSource, options?: LoadOptions): Promise<LoadAnswer>;
  /**
   * The profile of the user who has this id, as it was loaded, but for null, empty lists of ids and
   * empty custom attributes, which are left out, for Rails's names of time zones, which become the
   * IANA's, and for coordinates, of which the longitude comes first. A number is the double that
   * JavaScript reads; one that is too large is left out with a warning, in a list it is null.
   */
  profile(user: UserRef): Profile | undefined;
  /**
   * Deletes the user who has this id: the ids, the profile, and the place in every cohort. `deleted`
   * is false where nobody has it, or where several anonymous users have the device. Loaded again it
   * is a new user, in no cohort; the rows of reports before name nobody in its place. What deleting
   * takes may be more than `maxMemoryBytes` leaves: then `limit.memory`, and nothing has changed.
   */
  deleteUser(user: UserRef): DeleteAnswer;
  /** Tells what `applyCohortRequest` would do, and changes nothing. */
  previewCohortRequest(source: RequestSource, options: MatchOptions): MatchAnswer;
  /** Applies a request, or a whole plan, as one transaction: all or nothing. */
  applyCohortRequest(source: RequestSource, options: MatchOptions): ApplyAnswer;
  cohorts(): CohortInfo[];
  /** The members of a cohort, or a page of them. */
  cohortMembers(cohort: CohortRef, options?: { readonly offset?: number | undefined; readonly limit?: number | undefined }): MembersAnswer;
  /**
   * Rows of a report of this workspace, 100 unless said, of one outcome or of all. With `source`, the very
   * body or plan that was matched, each has its `id` as received, since a report keeps none. One without
   * an id at a row's place throws; that the id there is the one that was matched is not looked at.
   */
  matchReportRows(
    report: MatchReport,
    options?: { readonly offset?: number | undefined; readonly limit?: number | undefined; readonly outcome?: MatchOutcome | undefined; readonly source?: RequestSource | undefined },
  ): MatchRow[];
  /**
   * All rows of a report as a file to download. Ids stand in it as they are: a spreadsheet takes one in
   * CSV that begins with `=`, `+`, `-` or `@` for a formula, so import that column as text. With `source` as
   * above also the ids as received: `id` in NDJSON, `received_id` and `received_alias_label` in CSV.
   */
  matchReportBlob(report: MatchReport, options: { readonly format: "csv" | "ndjson"; readonly source?: RequestSource | undefined }): Blob;
  /**
   * A segment of this workspace, if nothing is wrong with its definition. What it says is told by problems
   * and warnings, as by `checkSegment`; a filter on what this workspace does not hold is a warning, and
   * unknown of users.
   */
  compileSegment(definition: SegmentSource, options?: DefinitionOptions): SegmentAnswer;
  /**
   * The same, and from now on other segments can name it, in place of one that had its name. One that asks
   * about other segments cannot be asked about.
   */
  defineSegment(definition: SegmentSource, options?: DefinitionOptions): SegmentAnswer;
  /** Gives its memory back. */
  free(): void;
  [Symbol.dispose](): void;
}
