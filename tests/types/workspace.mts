// What the types of kohort promise to a module.
import { expectTypeOf } from "expect-type";
import * as edge from "kohort/edge";
import { checkCohortRequest, planCohortImport, Workspace, type Alias, type DidYouMean, type Json, type MatchRow, type MatchReport, type MemberPage, type PartnerKey, type Problem, type SegmentExplanation, type SegmentNode, type SegmentRule, type SegmentRules, type UserRef } from "kohort";

expectTypeOf(checkCohortRequest).toEqualTypeOf(edge.checkCohortRequest);
// @ts-expect-error the workspace is not in the edge module
edge.Workspace;

export function explained({ tree, failing }: SegmentExplanation, rules: SegmentRules) {
  expectTypeOf(failing).toEqualTypeOf<readonly string[]>();
  const why = (node: SegmentNode): string[] => {
    if (node.rule === undefined) {
      expectTypeOf(node.operator).toEqualTypeOf<"AND" | "OR" | "NOT">();
      return node.children.flatMap(why);
    }
    expectTypeOf(node.rule).toExtend<SegmentRule>();
    if (node.family === "partner_cohort") expectTypeOf(node.name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error there is no such family
    node.family === "cohort";
    for (const other of node.children ?? []) expectTypeOf(other.segment).toEqualTypeOf<string | undefined>();
    // @ts-expect-error there is no such rule
    node.rule === "number.absent_is_one";
    return [rules[node.rule].says];
  };
  return tree.children.flatMap(why);
}

export function pages(page: MemberPage) {
  if (!page.ok) return page.problems;
  expectTypeOf(page.warnings).toEqualTypeOf<Problem[]>();
  expectTypeOf(page.didYouMean).toEqualTypeOf<DidYouMean[]>();
  // @ts-expect-error names that may be meant are read only
  for (const near of page.didYouMean) near.name = "";
  return page.warnings;
}

export async function promises() {
  // @ts-expect-error a workspace is made by `create`
  new Workspace();
  const workspace = await Workspace.create({ limits: { maxMemoryBytes: 1 << 26 } });
  const loaded = await workspace.loadProfiles(new Blob(), { onProgress: ({ loaded, bytes }) => loaded + bytes, signal: AbortSignal.timeout(5) });
  expectTypeOf(loaded.loaded).toBeNumber();
  for (const format of ["export", "track", "csv"] as const) await workspace.loadProfiles("", { format, asOf: "2026-11-29" });
  // @ts-expect-error tabs are found in the header
  await workspace.loadProfiles("", { format: "tsv" });

  const preview = workspace.previewCohortRequest("{}", { partner: "heap" });
  if (preview.ok) {
    expectTypeOf(preview).toEqualTypeOf<MatchReport>();
    expectTypeOf(preview.outcomes.matched_alias).toBeNumber();
    // @ts-expect-error there is no such outcome
    preview.outcomes.matched;
  }
  const plan = planCohortImport("{}", { partner: "heap" });
  if (plan.ok) {
    const applied = workspace.applyCohortRequest(plan, { partner: "heap" });
    if (applied.ok) {
      expectTypeOf(workspace.matchReportRows(applied.report, { outcome: "duplicate" })).toEqualTypeOf<MatchRow[]>();
      expectTypeOf(workspace.matchReportRows(applied.report, { source: "{}" })[0]!.id).toEqualTypeOf<string | Alias | undefined>();
      expectTypeOf(workspace.matchReportBlob(applied.report, { format: "csv" })).toEqualTypeOf<Blob>();
    }
  }
  // @ts-expect-error a plan that is not ok cannot be applied
  workspace.applyCohortRequest({ ok: false, problems: [], warnings: [] }, { partner: "heap" });

  const members = workspace.cohortMembers({ partner: "heap", cohortId: "7" });
  if (members.ok) expectTypeOf(members.members).toEqualTypeOf<UserRef[]>();
  for (const { name, createdAt } of workspace.cohorts()) expectTypeOf(createdAt ?? name).toBeString();

  expectTypeOf(workspace.partners.issue("heap").key).toBeString();
  expectTypeOf(workspace.partners.list()).toEqualTypeOf<PartnerKey[]>();
  // @ts-expect-error a key is shown only when it is issued
  workspace.partners.list()[0]?.key;
  const profile = workspace.profile({ external_id: "ada" });
  expectTypeOf(profile?.["first_name"]).toEqualTypeOf<Json | undefined>();
  expectTypeOf(profile?.user_aliases).toEqualTypeOf<readonly Alias[] | undefined>();
  workspace.free();
}
