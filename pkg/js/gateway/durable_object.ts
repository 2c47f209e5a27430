// State and queue in a Durable Object of Cloudflare's, in its SQLite storage.
import type { DurableObjectStorageLike, GatewayQueue, GatewayRows, GatewayState } from "../../types";
import { fail } from "../arguments";

/** UTF-16 units of a value in one row, which may have 2 MB: three bytes a unit at most. */
const PART = 500_000;

export function durableObject(storage: DurableObjectStorageLike): { state: GatewayState; queue: GatewayQueue } {
  if (typeof storage?.sql?.exec !== "function" || typeof storage.transactionSync !== "function") {
    fail("storage must be a Durable Object's `ctx.storage`, of a class that has SQLite: see `new_sqlite_classes`");
  }
  let made = false;
  const sql = (query: string, ...values: (string | number)[]) => [...storage.sql.exec(query, ...values)];
  const rows: GatewayRows = {
    get(area, name) {
      const parts = sql("SELECT parts, value FROM kohort_rows WHERE area = ? AND name = ? ORDER BY part", area, name);
      return parts.length ? parts.slice(0, parts[0]!.parts as number).map(({ value }) => value).join("") : undefined;
    },
    set(area, name, value) {
      // A value that was longer leaves parts behind, which nobody reads.
      const parts = Math.max(1, Math.ceil(value.length / PART));
      for (let part = 0; part < parts; part++) {
        sql("INSERT OR REPLACE INTO kohort_rows VALUES (?, ?, ?, ?, ?)", area, name, part, parts, cut(value, part));
      }
    },
    delete: (area, name) => void sql("DELETE FROM kohort_rows WHERE area = ? AND name = ?", area, name),
    keys: (area, { after, limit } = {}) => sql(
      `SELECT name FROM kohort_rows WHERE area = ? AND part = 0${after === undefined ? "" : " AND name > ?"} ORDER BY name LIMIT ?`,
      area, ...after === undefined ? [] : [after], limit ?? -1,
    ).map(({ name }) => name as string),
  };
  return {
    state: {
      transaction(work) {
        if (!made) {
          sql(`CREATE TABLE IF NOT EXISTS kohort_rows (
            area TEXT NOT NULL, name TEXT NOT NULL, part INTEGER NOT NULL, parts INTEGER NOT NULL, value TEXT NOT NULL,
            PRIMARY KEY (area, name, part)) WITHOUT ROWID`);
          made = true;
        }
        return storage.transactionSync(() => work(rows));
      },
    },
    // WHY: without a look at the alarm that is set: an `await` in between could part it from the
    // rows that were written, which a crash would then leave without an alarm. It is always asked
    // for the earliest time at which there is something to do.
    queue: { wake: at => void storage.setAlarm(at) },
  };
}

/** A part of a text, no pair of surrogates apart: SQLite's text is UTF-8. */
function cut(value: string, part: number): string {
  const at = (index: number) => {
    const place = index * PART, unit = value.charCodeAt(place);
    return unit >= 0xdc00 && unit < 0xe000 ? place - 1 : place;
  };
  return value.length <= PART ? value : value.slice(at(part), at(part + 1));
}
