// The rows of a match report: kept apart from the report, in JavaScript's memory, so that neither
// needs to be freed.
import type { RawWorkspace } from "kohort:glue";
import type { MatchEffect, MatchOutcome, MatchReport, MatchRow, UserRef } from "../types";
import { choice, fail, limit, options } from "./arguments";
import { OUTCOMES } from "./outcomes";

/** Numbers of a row: request, item, index, user, and list, outcome and effect in a byte each. */
const ROW = 5;
const NO_USER = 0xffffffff;

// In the order of the core's lists.
const LISTS = ["user_ids", "device_ids", "aliases"] as const;
const EFFECTS: MatchEffect[] = ["none", "adds", "removes", "already_member", "not_a_member"];

const rowsOf = new WeakMap<object, { workspace: object; rows: Uint32Array }>();

/** Remembers the rows of a report. */
export function keepRows(report: object, workspace: object, rows: Uint32Array): void {
  rowsOf.set(report, { workspace, rows });
}

function rows(report: unknown, workspace: object): Uint32Array {
  const kept = rowsOf.get(Object(report));
  if (kept?.workspace !== workspace) fail("report must be a report of this workspace, the very object that a call answered");
  return kept.rows;
}

export function readRows(
  raw: RawWorkspace, workspace: object, report: unknown,
  given?: { offset?: number; limit?: number; outcome?: MatchOutcome },
): MatchRow[] {
  const { offset, limit: most, outcome } = options(given);
  const all = rows(report, workspace);
  const only = outcome === undefined ? -1 : choice(outcome, "outcome", OUTCOMES);
  const from = limit(offset, "offset", 0), to = from + limit(most, "limit", 100);
  const places: number[] = [];
  // Without an outcome the rows before the first need not be looked at.
  let count = only < 0 ? from : 0;
  for (let at = count * ROW; at < all.length && count < to; at += ROW) {
    if (only >= 0 && (all[at + 4]! >> 8 & 0xff) !== only) continue;
    if (count++ >= from) places.push(at);
  }
  const users = raw.users(Uint32Array.from(places, at => all[at + 3]!)) as (UserRef | undefined)[];
  return places.map((at, place) => {
    const words = all[at + 4]!;
    return {
      request: all[at]!, item: all[at + 1]!, list: LISTS[words & 0xff]!, index: all[at + 2]!,
      outcome: OUTCOMES[words >> 8 & 0xff]!, effect: EFFECTS[words >> 16 & 0xff]!,
      ...all[at + 3] !== NO_USER && { user: users[place]! },
    };
  });
}

export function rowsBlob(raw: RawWorkspace, workspace: object, report: MatchReport, given: { format: "csv" | "ndjson" }): Blob {
  const csv = choice(options(given).format, "format", ["csv", "ndjson"]) === 0;
  return raw.rows_blob(rows(report, workspace), csv);
}
