/**
 * Types of explanations of segments, written from the table in `src/segment/meaning.rs` by
 * `UPDATE=1 cargo test --test segment_types`.
 */

/** A value as a profile has it. */
export type Observed = string | number | boolean | null | readonly Observed[] | { readonly [key: string]: Observed };

/** Why a user is in a segment, or not. It holds what was observed of the user: keep it out of logs. */
export interface SegmentExplanation {
  readonly ok: true;
  readonly result: boolean | "unknown";
  readonly tree: SegmentRoot;
  /**
   * The paths of the fewest conditions that keep the user out: were each of them answered otherwise, the user
   * would be in. Of several such sets it is the first. Empty if the user is in.
   *
   * Each is the path of exactly one node with a `rule`: of the segment's own, since those within a `segment` have
   * paths in its definition. An exclusion has the path of its child, but no `rule`, so the child is meant.
   */
  readonly failing: readonly string[];
}

/** A whole segment: its apps if some are chosen, its filter, and its exclusions. */
export interface SegmentRoot {
  readonly result: boolean | "unknown";
  readonly path: "";
  readonly operator: "AND";
  /** The name of the segment that a membership asks for; paths below are those of its own definition. */
  readonly segment?: string;
  readonly children: readonly SegmentNode[];
}

/** A part of a segment. `AND`, `OR` and `NOT` have no `rule`, and all others have one. */
export type SegmentNode = SegmentGroup | SegmentCondition | SegmentApps;

/**
 * An `AND` or `OR`; or an exclusion, which is the `NOT` of its one child and has the same path, since both stand
 * there in the definition. No group is in `failing`.
 */
export interface SegmentGroup {
  readonly result: boolean | "unknown";
  /** An RFC 6901 pointer into the definition. */
  readonly path: string;
  readonly operator: "AND" | "OR" | "NOT";
  readonly rule?: never;
  readonly children: readonly SegmentNode[];
}

/** A condition. */
export interface SegmentCondition {
  readonly result: boolean | "unknown";
  readonly path: string;
  readonly family: SegmentFamily;
  /**
   * What the filter names: the attribute, event, product, app, partner, message, subscription group or channel;
   * absent where it names nothing, as the random bucket.
   */
  readonly name?: string;
  /** The `comparison`, or `"all_of"`. */
  readonly operator: string;
  /** The `value`, `circle`, `polygon` or `all_of`, as the definition writes it. */
  readonly operand?: unknown;
  /**
   * What was looked at: the value, null where there is none; of devices, rows and elements a list of theirs; of
   * cohorts the ids of those of the partner that the user is in. Absent where the data cannot say.
   */
  readonly observed?: Observed;
  /** There is more of it than 100 values and 2,000 bytes of text. */
  readonly observedCut?: true;
  /** What decided. */
  readonly rule: SegmentRule;
  /** Of a membership: each segment that it asks for, as long as those told have 10,000 conditions at most. */
  readonly children?: readonly SegmentRoot[];
}

/** The choice of apps; `observed` are those with a session. */
export interface SegmentApps {
  readonly result: boolean;
  readonly path: "/apps";
  readonly family?: never;
  readonly name?: never;
  readonly operator: "any_of" | "none";
  readonly operand?: readonly string[];
  readonly observed: readonly string[];
  readonly observedCut?: true;
  readonly rule: "apps.any_of" | "apps.none";
  readonly children?: never;
}

/** The key of a condition's filter. */
export type SegmentFamily =
  | "custom_attribute"
  | "nested_custom_attribute"
  | "default_attribute"
  | "email_subscription_status"
  | "push_subscription_status"
  | "last_used_app"
  | "partner_cohort"
  | "custom_event"
  | "purchase"
  | "session"
  | "app"
  | "device"
  | "location"
  | "random_bucket"
  | "message"
  | "subscription_group"
  | "channel_reachable"
  | "install_attribution"
  | "recurring_day"
  | "segment_membership";

/** What `kohort/segment.rules.json` says of each rule; that file as it is imported has this type. */
export type SegmentRules = {
  readonly [R in SegmentRule]: {
    /** Braze's documents say so; they let it be concluded; or they do not, and it is our decision. */
    readonly status: "documented" | "inferred" | "ours" | (string & {});
    readonly says: string;
  };
};

/** The rules that give conditions their answers. */
export type SegmentRule =
  | "absent.satisfies_nothing"
  | "negative.not_positive"
  | "value.wrong_type"
  | "text.exact"
  | "regex.partial"
  | "regex.any_element"
  | "regex.blank"
  | "number.double"
  | "number.absent_is_zero"
  | "revenue.absent_is_zero"
  | "boolean.explicit"
  | "boolean.not_set"
  | "array.any_element"
  | "array.every_value"
  | "array.any_contains"
  | "array.empty"
  | "time.strict"
  | "time.relative_days"
  | "time.unreadable"
  | "time.nested"
  | "presence.any_type"
  | "presence.blank"
  | "version.part_by_part"
  | "version.unreadable"
  | "version.absent_is_less"
  | "version.any_platform"
  | "element.any"
  | "element.all_criteria"
  | "age.full_years"
  | "age.no_dob"
  | "state.default_subscribed"
  | "membership.any"
  | "cohort.never_seen"
  | "segment.its_answer"
  | "count.ninety_days"
  | "count.never_is_zero"
  | "device.any"
  | "device.regex"
  | "location.area"
  | "location.no_coordinates"
  | "random_bucket.absent"
  | "recurring.day_of_year"
  | "recurring.nearest"
  | "recurring.leap_day"
  | "message.row"
  | "message.no_row"
  | "message.control_group"
  | "message.in_control"
  | "message.not_in_control"
  | "message.any_variation"
  | "reach.no_address"
  | "reach.unsubscribed"
  | "reach.no_token"
  | "reach.push"
  | "unknown.needs_events"
  | "unknown.needs_sessions"
  | "unknown.needs_subscription_groups"
  | "unknown.needs_bounces"
  | "unknown.needs_messages"
  | "apps.any_of"
  | "apps.none";
