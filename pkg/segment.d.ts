/**
 * Types of definitions of segments, written from the tables in `src/segment/` by
 * `UPDATE=1 cargo test --test segment_types`. Numbers, dates and paths have rules beyond their types.
 */

/** A segment: who is in one of the apps, and whom the filter holds for, but nobody whom an entry of `exclude` holds for. */
export interface SegmentDefinition {
  readonly name?: string | undefined;
  /** `"all"`, unless said; `"none"`: no session in any. */
  readonly apps?: "all" | "none" | { readonly any_of: readonly string[] } | undefined;
  /** Everybody, unless said. */
  readonly filter?: SegmentFilter | undefined;
  readonly exclude?: readonly SegmentFilter[] | undefined;
}

/** A filter: an object with one key. At most 64 levels and 10,000 conditions. */
export type SegmentFilter = { [K in keyof SegmentFilters]: OneKey<K> }[keyof SegmentFilters];

type OneKey<K extends keyof SegmentFilters> =
  & { readonly [P in K]: SegmentFilters[P] }
  & { readonly [P in Exclude<keyof SegmentFilters, K>]?: never };

/** Degrees and kilometres. */
export interface SegmentCircle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radius_km: number;
}

/** Corners, longitude first. */
export type SegmentPolygon = readonly (readonly [longitude: number, latitude: number])[];

type TextTest =
  | { readonly comparison: "equals" | "not_equal" | "does_not_equal" | "matches_regex" | "does_not_match_regex"; readonly value: string }
  | { readonly comparison: "is_any_of" | "is_none_of" | "contains_any_of" | "doesnt_contain_any_of"; readonly value: string | readonly string[] };

type NumberTest =
  | { readonly comparison: "equals" | "not_equal" | "does_not_equal" | "greater_than" | "more_than" | "greater_than_or_equal_to" | "less_than" | "less_than_or_equal_to" | "exactly"; readonly value: number };

type BooleanTest =
  | { readonly comparison: "equals" | "not_equal" | "does_not_equal"; readonly value: boolean }
  | { readonly comparison: "true" | "false" | "true_or_not_set" | "false_or_not_set"; readonly value?: unknown };

type ArrayTest =
  | { readonly comparison: "matches_regex" | "does_not_match_regex"; readonly value: string }
  | { readonly comparison: "includes_value" | "does_not_include_value"; readonly value: string | number | boolean }
  | { readonly comparison: "includes_any_of" | "includes_none_of" | "is_all_of" | "isnt_all_of"; readonly value: string | number | boolean | readonly (string | number | boolean)[] }
  | { readonly comparison: "values_contain_any_of" | "values_dont_contain_any_of"; readonly value: string | readonly string[] }
  | { readonly comparison: "has_a_value" | "is_empty"; readonly value?: unknown };

type TimeTest =
  | { readonly comparison: "less_than_x_days_ago" | "greater_than_x_days_ago" | "less_than_x_days_in_the_future" | "greater_than_x_days_in_the_future"; readonly value: number }
  | { readonly comparison: "after" | "before"; readonly value: string };

type PresenceTest =
  | { readonly comparison: "exists" | "does_not_exist" | "is_blank" | "is_not_blank"; readonly value?: unknown };

type StateTest =
  | { readonly comparison: "is" | "is_not"; readonly value: "opted_in" | "subscribed" | "unsubscribed" };

type GroupStateTest =
  | { readonly comparison: "is" | "is_not"; readonly value: "subscribed" | "unsubscribed" };

type YesNoTest =
  | { readonly comparison: "is" | "is_not"; readonly value: boolean };

type MembershipTest =
  | { readonly comparison: "includes_value" | "includes_any_of" | "does_not_include_value" | "includes_none_of"; readonly value: string | readonly string[] };

type VersionTest =
  | { readonly comparison: "equals" | "not_equal" | "does_not_equal" | "greater_than" | "more_than" | "greater_than_or_equal_to" | "less_than" | "less_than_or_equal_to" | "exactly"; readonly value: string };

type DayTest =
  | { readonly comparison: "less_than_x_days_ago" | "greater_than_x_days_ago" | "less_than_x_days_in_the_future" | "greater_than_x_days_in_the_future"; readonly value: number }
  | { readonly comparison: "after" | "before" | "on"; readonly value: string };

type PlaceTest =
  | { readonly comparison: "inside" | "outside"; readonly circle: SegmentCircle; readonly polygon?: never }
  | { readonly comparison: "inside" | "outside"; readonly polygon: SegmentPolygon; readonly circle?: never };

/** The keys of filters, and what stands behind each. */
export interface SegmentFilters {
  readonly AND: readonly SegmentFilter[];
  readonly OR: readonly SegmentFilter[];
  readonly custom_attribute:
    | { readonly custom_attribute_name: string } & (TextTest | NumberTest | BooleanTest | ArrayTest | TimeTest | PresenceTest);
  readonly nested_custom_attribute:
    | { readonly custom_attribute_name: string; readonly path: string; readonly all_of: readonly ({ readonly path: string } & (TextTest | NumberTest | BooleanTest | ArrayTest | TimeTest | PresenceTest))[] } & { readonly comparison?: never; readonly value?: never }
    | { readonly custom_attribute_name: string; readonly path: string } & (TextTest | NumberTest | BooleanTest | ArrayTest | TimeTest | PresenceTest);
  readonly default_attribute:
    | { readonly attribute_name: "country" | "language" | "gender" | "email" | "phone" | "first_name" | "last_name" | "home_city" | "time_zone" | "external_id" } & (TextTest | PresenceTest)
    | { readonly attribute_name: "age" } & (NumberTest | PresenceTest)
    | { readonly attribute_name: "total_revenue" } & (NumberTest | PresenceTest)
    | { readonly attribute_name: "dob" | "created_at" | "push_opted_in_at" | "push_unsubscribed_at" | "email_opted_in_at" | "email_unsubscribed_at" | "uninstalled_at" } & (TimeTest | PresenceTest);
  readonly email_subscription_status:
    | StateTest;
  readonly push_subscription_status:
    | StateTest;
  readonly last_used_app:
    | (TimeTest | PresenceTest);
  readonly partner_cohort:
    | { readonly partner: string } & MembershipTest;
  readonly custom_event:
    | { readonly metric: "count"; readonly event_name: string } & NumberTest
    | { readonly metric: "first" | "last"; readonly event_name: string } & (TimeTest | PresenceTest)
    | { readonly metric: "count_in_days"; readonly event_name: string; readonly days: number } & NumberTest
    | { readonly metric: "property_in_days"; readonly event_name: string; readonly days: number; readonly property: { readonly name: string } & (TextTest | NumberTest | BooleanTest | ArrayTest | TimeTest | PresenceTest) } & NumberTest;
  readonly purchase:
    | { readonly metric: "count"; readonly product_id?: string | undefined } & NumberTest
    | { readonly metric: "first" | "last"; readonly product_id?: string | undefined } & (TimeTest | PresenceTest)
    | { readonly metric: "money_spent"; readonly product_id?: string | undefined } & NumberTest
    | { readonly metric: "count_in_days"; readonly days: number; readonly product_id?: string | undefined } & NumberTest
    | { readonly metric: "money_in_days"; readonly days: number; readonly product_id?: string | undefined } & NumberTest
    | { readonly metric: "property_in_days"; readonly days: number; readonly property: { readonly name: string } & (TextTest | NumberTest | BooleanTest | ArrayTest | TimeTest | PresenceTest); readonly product_id?: string | undefined } & NumberTest;
  readonly session:
    | { readonly metric: "count"; readonly app?: string | undefined } & NumberTest
    | { readonly metric: "first" | "last"; readonly app?: string | undefined } & (TimeTest | PresenceTest)
    | { readonly metric: "count_in_days"; readonly days: number; readonly app?: string | undefined } & NumberTest
    | { readonly metric: "median_duration_s"; readonly app?: string | undefined } & NumberTest;
  readonly app:
    | { readonly attribute_name: "version"; readonly app: string } & (PresenceTest | VersionTest)
    | MembershipTest;
  readonly device:
    | { readonly attribute_name: "model" | "os" | "carrier" | "idfa" | "idfv" | "google_ad_id" | "roku_ad_id" } & (TextTest | PresenceTest)
    | { readonly attribute_name: "count" } & NumberTest
    | { readonly attribute_name: "ad_tracking_enabled" } & (BooleanTest | PresenceTest);
  readonly location:
    | (PresenceTest | PlaceTest);
  readonly random_bucket:
    | NumberTest;
  readonly message:
    | { readonly metric: "received" | "engaged" | "clicked" | "converted" | "in_control"; readonly kind: "campaign" | "canvas" | "canvas_step" | "card" } & ({ readonly name: string; readonly api_id?: never } | { readonly api_id: string; readonly name?: never }) & YesNoTest
    | { readonly metric: "last_received"; readonly kind: "campaign" | "canvas" | "canvas_step" | "card" } & ({ readonly name: string; readonly api_id?: never } | { readonly api_id: string; readonly name?: never }) & (TimeTest | PresenceTest)
    | { readonly metric: "variation"; readonly kind: "campaign" | "canvas" | "canvas_step" | "card" } & ({ readonly name: string; readonly api_id?: never } | { readonly api_id: string; readonly name?: never }) & (TextTest | PresenceTest);
  readonly subscription_group:
    | { readonly subscription_group_id: string } & GroupStateTest;
  readonly channel_reachable:
    | { readonly channel: "email" | "push" | "ios_push" | "android_push" | "web_push" | "sms" } & YesNoTest;
  readonly install_attribution:
    | { readonly attribute_name: "source" | "campaign" | "adgroup" | "ad" } & (TextTest | PresenceTest);
  readonly recurring_day:
    | ({ readonly custom_attribute_name: string; readonly attribute_name?: never } | { readonly attribute_name: "dob"; readonly custom_attribute_name?: never }) & DayTest;
  readonly segment_membership:
    | MembershipTest;
}
