// Where a gateway's rows are: in memory, or where the caller keeps them.
import type { GatewayRows, GatewayState } from "../../types";

export function memoryState(): GatewayState {
  const tables = new Map<string, Map<string, string>>();
  return {
    transaction(work) {
      /** What to do, from its end, to have everything as it was. */
      const undo: (() => void)[] = [];
      const put = (name: string, key: string, value: string | undefined) => {
        let table = tables.get(name);
        const before = table?.get(key);
        if (before === value) return;
        if (value === undefined) {
          table!.delete(key);
          if (!table!.size) tables.delete(name);
        } else {
          if (!table) tables.set(name, table = new Map());
          table.set(key, value);
        }
        undo.push(() => put(name, key, before));
      };
      const rows: GatewayRows = {
        get: (table, key) => tables.get(table)?.get(key),
        set: put,
        delete: (table, key) => put(table, key, undefined),
        keys(table, { after, limit = Infinity } = {}) {
          const all = [...tables.get(table)?.keys() ?? []].sort();
          const from = after === undefined ? 0 : all.findIndex(key => key > after);
          return from < 0 ? [] : all.slice(from, from + limit);
        },
      };
      try {
        return work(rows);
      } catch (error) {
        for (const step of undo.splice(0).reverse()) step();
        throw error;
      }
    },
  };
}

/** What a state threw by itself: it may pass, and nothing was kept. */
export class StateError extends Error {}

/** A call of the state's rows, whose fault is the state's also within the work. */
const row = <A extends unknown[], T>(call: (...given: A) => T) => (...given: A): T => {
  try {
    return call(...given);
  } catch {
    throw new StateError();
  }
};

/** A state whose own faults are told apart from those of the work in it. */
export function watched(state: GatewayState): GatewayState {
  return {
    async transaction(work) {
      let thrown: { error: unknown } | undefined;
      try {
        return await state.transaction(rows => {
          try {
            return work({
              get: row((table, key) => rows.get(table, key)),
              set: row((table, key, value) => rows.set(table, key, value)),
              delete: row((table, key) => rows.delete(table, key)),
              keys: row((table, options) => rows.keys(table, options)),
            });
          } catch (error) {
            thrown = { error };
            throw error;
          }
        });
      } catch {
        throw thrown ? thrown.error : new StateError();
      }
    },
  };
}
