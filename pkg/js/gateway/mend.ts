// What makes Braze's members those of a list: the end of a `drift.suspected`.
import type { GatewayRows, Mapping, Problem, Refused } from "../../types";
import { planCohortImport } from "../plan";
import { cohortOf, mappingOf, members, nameOf, type Queued } from "./ledger";
import { dueOf } from "./waiting";

/** A list of everybody in a segment. */
export interface Whole {
  partner: string;
  segment: { readonly id: string; readonly name: string };
  ids: readonly string[];
  mapping: Mapping;
  /** Send all of them, not only those who are not known as members. */
  all: boolean;
  /** Ids that are nobody's and not sent; who is a member and among them stays one, since the list has him. */
  nobodys?: ReadonlySet<string> | undefined;
}

/** The requests for it; nothing where requests of the cohort wait, after which its members are others. */
export function planMend(
  rows: GatewayRows, { partner, segment, ids, mapping, all, nobodys }: Whole, now: number,
): { jobs: Queued[]; added: number; removed: number; warnings: Problem[] } | Refused | undefined {
  const cohort = cohortOf(partner, segment.id);
  if (dueOf(rows, cohort)) return undefined;
  const sum = { jobs: [] as Queued[], added: 0, removed: 0, warnings: [] as Problem[] };
  const plan = (add: string[], remove: string[], mapping: Mapping, createdAt?: string): Refused | undefined => {
    const page = { syncTaskId: `mend ${now}`, pageNumber: 1, totalPages: 1 };
    const plan = planCohortImport({ action: "sync", segment, page, add, remove }, { partner, mapping, createdAt });
    if (!plan.ok) return plan;
    sum.jobs.push(...plan.requests.map(({ path, body, ids }) => ({ path, body, ids })));
    sum.added += plan.report.adds;
    sum.removed += plan.report.removes;
    sum.warnings.push(...plan.warnings);
    return undefined;
  };
  const wanted = new Set(ids), before = new Set<string>();
  for (const [kind, list] of members(rows, cohort).members) {
    if (same(mappingOf(kind), mapping)) {
      for (const id of list) before.add(id);
      continue;
    }
    // Who is in the segment is told by ids of the list's kind: those by others leave, and first.
    const refused = plan([], list, mappingOf(kind));
    if (refused) return refused;
  }
  const add = [...wanted].filter(id => (all || !before.has(id)) && !nobodys?.has(id));
  const remove = [...before].filter(id => !wanted.has(id));
  return plan(add, remove, mapping, nameOf(rows, cohort) === segment.name ? undefined : new Date(now).toISOString()) ?? sum;
}

const same = (a: Mapping, b: Mapping) => JSON.stringify(a) === JSON.stringify(b);
