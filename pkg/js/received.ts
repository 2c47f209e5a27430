// The ids of a report's rows, as they were received: read again from what was matched, since a report
// keeps none.
import type { Alias, MatchRow, Plan, RequestSource } from "../types";
import { fail } from "./arguments";
import { encode, part } from "./input";

type Place = Pick<MatchRow, "request" | "item" | "list" | "index">;
type Body = { cohort_changes?: Partial<Record<MatchRow["list"], unknown>>[] };

/** Finds the id that stood at a place of a request's body or of a plan. */
export function receivedIn(source: RequestSource): (place: Place) => string | Alias {
  const wrong = () => fail("source must be the request's body or the plan that the report is of");
  const { requests } = Object(source) as Partial<Plan>;
  const bodies = Array.isArray(requests) ? Array.from(requests, request => Object(request).body as never) : [source as never];
  const read = new Map<number, Body>();
  const bodyOf = (at: number): Body => {
    let body = read.get(at);
    if (!body) {
      // An error would show some of the text.
      try { body = JSON.parse(new TextDecoder().decode(encode(part(bodies[at], "source")))) as Body; } catch { wrong(); }
      read.set(at, body = Object(body) as Body);
    }
    return body;
  };
  return ({ request, item, list, index }) => {
    // `aliases` may be a single one.
    const id: unknown = [bodyOf(request).cohort_changes?.[item]?.[list]].flat()[index];
    if (list !== "aliases") return typeof id === "string" ? id : wrong();
    const { alias_name, alias_label } = Object(id) as Alias;
    return typeof alias_name === "string" && typeof alias_label === "string" ? { alias_name, alias_label } : wrong();
  };
}

/** Rows of a file at once. */
const ROWS = 10_000;
const CSV = ["request", "item", "list", "index", "outcome", "effect", "external_id", "alias_name", "alias_label", "braze_id", "device_id", "received_id", "received_alias_label"];

/** A file of rows that have their ids; `page` answers so many of them from one on. */
export function receivedBlob(csv: boolean, page: (offset: number, limit: number) => MatchRow[]): Blob {
  const pieces: string[] = csv ? [`${CSV.join()}\r\n`] : [];
  for (let at = 0, rows; (rows = page(at, ROWS)).length; at += rows.length) {
    pieces.push(rows.map(row => csv ? `${line(row)}\r\n` : `${JSON.stringify(row)}\n`).join(""));
  }
  return new Blob(pieces, { type: csv ? "text/csv" : "application/x-ndjson" });
}

function line({ request, item, list, index, outcome, effect, user, id }: MatchRow): string {
  const { external_id, alias, braze_id, device_id } = { ...user } as Record<string, string> & { alias?: Alias };
  const [received, label] = typeof id === "string" ? [id] : [id?.alias_name, id?.alias_label];
  return [request, item, list, index, outcome, effect, external_id, alias?.alias_name, alias?.alias_label, braze_id, device_id, received, label]
    .map((text = "") => /[",\r\n]/.test(`${text}`) ? `"${`${text}`.replaceAll('"', '""')}"` : text).join();
}
