/**
 * Types of `kohort/vendors`, written by hand: payloads of other vendors in, MoEngage's cohort sync out. A module
 * of its own, so that `kohort/edge` stays small.
 *
 * Adapters are closed: what a vendor is not known to send is a problem, and never taken for something else. How
 * well each is known stands in `vendors` and, with what is a reading of ours, in `VENDORS.md`.
 */
import type { Bytes, IdList, IdListInput, Mapping, Problem, ReadOptions, Refused, SyncPage } from "./edge.js";

export type { Bytes, IdList, IdListInput, Limits, Mapping, Problem, ReadOptions, Refused, SyncPage } from "./edge.js";

/** As `init` of `kohort/edge`, for the module of this entry. */
export function init(source?: WebAssembly.Module | BufferSource | Response | URL | string): Promise<void>;

export type VendorName =
  | "amplitude" | "mixpanel" | "segment" | "hightouch" | "census" | "rudderstack" | "tealium"
  /** Whoever writes as one writes to Braze, with `cohort_changes`. */
  | "braze";

/** What is known of a vendor. */
export interface Vendor {
  readonly name: VendorName;
  /** As people write it. */
  readonly title: string;
  /** The words for each kind of action; `"true"` and `"false"` are JSON's. Any other word is a problem. */
  readonly actions: {
    /** Members enter. */
    readonly add: readonly string[];
    /** Members leave. */
    readonly remove: readonly string[];
    /** The whole membership, which no `add` is. */
    readonly full: readonly string[];
    /** Every member leaves. */
    readonly drain: readonly string[];
  };
  /**
   * The field of a member that has the id, unless `idField` names another; `"told"`: the payload says which;
   * `"fixed"`: it always stands in one place, and `idField` is refused.
   */
  readonly idField: string;
  /** Where the shape stands. */
  readonly source: string;
  /**
   * `documented`: by the vendor. `inferred`: read from the vendor's public code, or only in part from its
   * documentation. `configured`: the customer writes the body as a template, and this is the one to write.
   */
  readonly status: "documented" | "inferred" | "configured";
}

/** The vendors, frozen. */
export const vendors: readonly Vendor[];

/** How a payload is read. */
export interface VendorOptions extends ReadOptions {
  readonly vendor: VendorName;
  /**
   * The field of a member that has the id, in place of the vendor's: a member without it is a problem. RudderStack names
   * none, so without it every member of a payload must have one field only, and all the same; the next payload
   * may have another.
   */
  readonly idField?: string | undefined;
  /** What the vendor's ids are to Braze, `"user_ids"` unless said. Payloads of `"braze"` say it themselves. */
  readonly mapping?: Mapping | undefined;
  /** The cohort, where the payload does not say it: Hightouch's and RudderStack's never do. */
  readonly cohort?: { readonly id: string; readonly name?: string | undefined } | undefined;
}

/** What all sources say. */
interface SourceBase {
  /** The cohort; its name is the id where the payload has none. */
  readonly segment: { readonly id: string; readonly name: string };
  /** What the ids are to Braze: to be passed on as `mapping`. */
  readonly mapping: Mapping;
  /**
   * What names the message; or its sync and, after a space, the action's word (Mixpanel's and Census's), since a sync
   * may have messages of several actions. To be passed on as `syncId` where there is no `page`.
   */
  readonly syncId?: string;
  /** Which page of which sync, where the vendor sends pages. */
  readonly page?: SyncPage;
}

/** Members enter and leave, or all leave: a `source` of `planCohortImport`. */
export interface VendorChange extends SourceBase {
  readonly action: "sync" | "drain";
  /** Who enters, as often and in the order as they came. */
  readonly add: IdList;
  /** Who leaves. */
  readonly remove: IdList;
}

/**
 * The whole membership, or a page of it. `planCohortImport` refuses it by an exception, since who is not in it
 * leaves: put the `members` of all pages together, compare them with those before by `diffCohort`, and plan that.
 */
export interface VendorFull extends SourceBase {
  readonly action: "full";
  readonly members: IdList;
}

export type VendorSource = VendorChange | VendorFull;

/** What a payload says. */
export interface VendorPayload {
  readonly ok: true;
  readonly vendor: VendorName;
  /** One for each cohort and kind of ids, in the order in which they are first met; none of an empty batch. */
  readonly sources: VendorSource[];
  readonly problems: Problem[];
  /** `vendor.superseded`: ids that change again in a later message of the payload, of which the last counts. */
  readonly warnings: Problem[];
}

export type VendorAnswer = VendorPayload | Refused;

/**
 * Reads what a vendor sends. Check first that it is the vendor who sends it: this call knows no signature.
 *
 * Ids are strings or whole numbers in plain digits, which stay the digits that were sent. Fields that do not
 * matter are passed over. Cost: up to four passes over the body.
 */
export function readVendorPayload(body: Bytes, options: VendorOptions): VendorAnswer;

/** A vendor whose payloads look like this one. */
export interface VendorGuess {
  readonly vendor: VendorName;
  /** The fields by which it looks so, as RFC 6901 pointers. */
  readonly reasons: string[];
}

export type GuessAnswer =
  | { readonly ok: true; readonly guesses: VendorGuess[]; readonly problems: Problem[]; readonly warnings: Problem[] }
  | Refused;

/**
 * Says whose a payload looks like by its fields alone, whatever they hold: several, or none. For people who set
 * something up; never choose by it how to read what somebody sends.
 */
export function guessVendor(body: Bytes, options?: ReadOptions): GuessAnswer;

/** What MoEngage's requests are made from: a source of `readVendorPayload`, a webhook of Heap, or the like. */
export interface MoEngageSource {
  /** `full` is refused as `vendor.full_list`. */
  readonly action: "sync" | "drain" | "full";
  readonly segment: { readonly id: string; readonly name: string };
  /** Anything but `"user_ids"` is refused as `moengage.kind_of_ids`. */
  readonly mapping?: Mapping | undefined;
  readonly add?: IdListInput | undefined;
  readonly remove?: IdListInput | undefined;
}

export interface MoEngageOptions {
  /** In whose name the cohort is sent: 1 to 64 of `a-z`, `0-9`, `_` and `-`. */
  readonly partner: string;
  /** The cohort, where it is not called as the source's is. */
  readonly cohort?: { readonly id: string; readonly name: string } | undefined;
  /** For people. */
  readonly description?: string | undefined;
  /** Who is in the cohort: what a drain removes. */
  readonly members?: IdListInput | undefined;
}

/** One request, to be sent after those before it. It holds ids: store it, never log it. */
export interface MoEngageRequest {
  /** Below the address of the data center. */
  readonly path: string;
  readonly action: "add_members" | "remove_members";
  /** How many members it has. */
  readonly ids: number;
  /** JSON text of at most 128,000 bytes. The keys are headers of MoEngage's (Basic authentication, `MOE-APPKEY`). */
  readonly body: string;
}

export type MoEngageAnswer =
  | { readonly ok: true; readonly requests: MoEngageRequest[]; readonly problems: Problem[]; readonly warnings: Problem[] }
  | Refused;

/**
 * Writes the requests of MoEngage's cohort sync: all that enter before all that leave, so that of an id in both
 * lists the removal counts. MoEngage takes 300 requests a minute and knows users by their user id alone.
 */
export function writeMoEngage(source: MoEngageSource, options: MoEngageOptions): MoEngageAnswer;
