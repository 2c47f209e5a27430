// The rows of a match report: kept apart from the report, in JavaScript's memory, so that neither
// needs to be freed.
import type { RawWorkspace } from "kohort:glue";
import { EFFECTS, OUTCOMES } from "kohort:tables";
import type { MatchOutcome, MatchReport, MatchRow, RequestSource, UserRef } from "../types";
import type { Answer } from "./answer";
import { choice, fail, limit, options } from "./arguments";
import { receivedBlob, receivedIn } from "./received";

/** Numbers of a list: its first row, request, item, and what it holds. */
const LIST = 4;
const NO_USER = 0xffffffff;
/** Numbers of rows from which on the module gives their room back. */
const LARGE = 1 << 16;
/** Numbers of a buffer that the rows of many small reports share, which costs less than one each. */
const SHARED = 1 << 15;
let shared = new Uint32Array(), taken = 0;

/** A copy of rows. */
function kept(rows: Uint32Array): Uint32Array {
  if (rows.length > SHARED / 16) return rows.slice();
  if (taken + rows.length > shared.length) shared = new Uint32Array(SHARED), taken = 0;
  shared.set(rows, taken);
  return shared.subarray(taken, taken += rows.length);
}

// In the order of the core's lists.
const LISTS = ["user_ids", "device_ids", "aliases"] as const;

/** The rows of a report: users, then outcome and effect in half a byte each, then lists; unpacked when asked for. */
type Rows = { workspace: object; rows: Uint32Array; count: number };
const rowsOf = new WeakMap<object, Rows>();

/** Reads a report and remembers its rows. */
export function readReport(raw: RawWorkspace, workspace: object, partner: string, answer: Answer): MatchReport {
  const n = () => answer.number();
  const known = n() === 1;
  const report: MatchReport = {
    ok: true,
    cohort: { partner, cohortId: answer.word()!, known },
    outcomes: Object.fromEntries(OUTCOMES.map(outcome => [outcome, n()])) as MatchReport["outcomes"],
    totals: { rows: n(), ids: n(), distinctIds: n(), people: n() },
    added: n(), removed: n(), unchanged: n(), unmatched: n(),
    problems: [], warnings: [],
  };
  const rows = kept(answer.view());
  // None are left where there was too little memory for them.
  rowsOf.set(report, { workspace, rows, count: rows.length && report.totals.rows });
  if (rows.length > LARGE) raw.release();
  return report;
}

function rowsFor(report: unknown, workspace: object): Rows {
  const kept = rowsOf.get(Object(report));
  if (kept?.workspace !== workspace) fail("report must be a report of this workspace, the very object that a call answered; of `applyCohortRequest` it is `.report`");
  return kept;
}

export function readRows(
  raw: RawWorkspace, workspace: object, report: unknown,
  given?: { offset?: number; limit?: number; outcome?: MatchOutcome; source?: RequestSource },
  received = receivedOf(options(given, "offset limit outcome source").source),
): MatchRow[] {
  const { offset, limit: most, outcome } = given ?? {};
  const { rows, count } = rowsFor(report, workspace);
  const words = new Uint8Array(rows.buffer, rows.byteOffset + count * 4, count);
  const lists = rows.subarray(count + Math.ceil(count / 4));
  const only = outcome === undefined ? -1 : choice(outcome, "outcome", OUTCOMES);
  const from = limit(offset, "offset", 0), to = from + limit(most, "limit", 100);
  const places: number[] = [];
  // Without an outcome the rows before the first need not be looked at.
  let met = only < 0 ? from : 0;
  for (let at = met; at < count && met < to; at++) {
    if (only >= 0 && (words[at]! & 15) !== only) continue;
    if (met++ >= from) places.push(at);
  }
  const users = raw.users(Uint32Array.from(places, at => rows[at]!)) as (UserRef | undefined)[];
  let list = 0;
  return places.map((at, place) => {
    // Of several lists that begin at one row all but the last are empty.
    while (list + LIST < lists.length && lists[list + LIST]! <= at) list += LIST;
    const row: MatchRow = {
      request: lists[list + 1]!, item: lists[list + 2]!, list: LISTS[lists[list + 3]!]!, index: at - lists[list]!,
      outcome: OUTCOMES[words[at]! & 15]!, effect: EFFECTS[words[at]! >> 4]!,
      ...rows[at] !== NO_USER && { user: users[place]! },
    };
    return received ? { ...row, id: received(row) } : row;
  });
}

const receivedOf = (source: RequestSource | undefined) => source === undefined ? source : receivedIn(source);

export function rowsBlob(raw: RawWorkspace, workspace: object, report: MatchReport, given: { format: "csv" | "ndjson"; source?: RequestSource }): Blob {
  const { format, source } = options(given, "format source");
  const csv = choice(format, "format", ["csv", "ndjson"]) === 0;
  const received = receivedOf(source);
  if (received) return receivedBlob(csv, (offset, limit) => readRows(raw, workspace, report, { offset, limit }, received));
  const { rows, count } = rowsFor(report, workspace);
  return raw.rows_blob(rows, count, csv);
}
