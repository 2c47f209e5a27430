// The sentences of the rules, imported as JSON, have the type that the package names.
import { expectTypeOf } from "expect-type";
import type { SegmentRules } from "kohort";
import imported from "kohort/segment.rules.json" with { type: "json" };

export const rules: SegmentRules = imported;
expectTypeOf<keyof typeof imported>().toEqualTypeOf<keyof SegmentRules>();
// @ts-expect-error there is no such rule
rules["text.inexact"];
