// Where a gateway's rows are: in memory, or where the caller keeps them.
import type { GatewayRows, GatewayState } from "../../types";

/** Rows of a table, and their keys as they rise, which are sorted when somebody asks for them. */
class Table {
  readonly values = new Map<string, string>();
  #sorted: string[] = [];
  /** How many of the sorted keys are gone, from the first on: of a queue it is always the first one that goes. */
  #gone = 0;
  #is = true;

  set(key: string, value: string): void {
    if (this.#is && !this.values.has(key)) {
      const last = this.#sorted.at(-1);
      if (last === undefined || last < key) this.#sorted.push(key); else this.#is = false;
    }
    this.values.set(key, value);
  }

  delete(key: string): void {
    this.values.delete(key);
    if (this.#sorted[this.#gone] === key) this.#gone++; else this.#is = false;
  }

  keys(after: string | undefined, limit: number): string[] {
    if (!this.#is || this.#gone > 1_000 && this.#gone * 2 > this.#sorted.length) {
      this.#sorted = [...this.values.keys()].sort();
      this.#gone = 0;
      this.#is = true;
    }
    let low = this.#gone, high = this.#sorted.length;
    while (after !== undefined && low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! > after) high = middle; else low = middle + 1;
    }
    return this.#sorted.slice(low, low + limit);
  }
}

export function memoryState(): GatewayState {
  const tables = new Map<string, Table>();
  return {
    transaction(work) {
      /** What to do, from its end, to have everything as it was. */
      const undo: (() => void)[] = [];
      const put = (name: string, key: string, value: string | undefined) => {
        let table = tables.get(name);
        const before = table?.values.get(key);
        if (before === value) return;
        if (value === undefined) {
          table!.delete(key);
          if (!table!.values.size) tables.delete(name);
        } else {
          if (!table) tables.set(name, table = new Table());
          table.set(key, value);
        }
        undo.push(() => put(name, key, before));
      };
      const rows: GatewayRows = {
        get: (table, key) => tables.get(table)?.values.get(key),
        set: put,
        delete: (table, key) => put(table, key, undefined),
        keys: (table, { after, limit = Infinity } = {}) => tables.get(table)?.keys(after, limit) ?? [],
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
