// Whether time and memory of counting go with the users: each number of them in a process of its own.

import { child } from "../support/child.mjs";

const MEMORY = new URL("./memory.mjs", import.meta.url);
const STEPS = [10_000, 100_000, 1_000_000];
const LARGE = 10_000_000;
const single = (value) => ({ median: value, perRun: [value] });
const written = (number) => number.toLocaleString("en-US");

export function growth(users, { quick, large }) {
  const steps = quick ? [users / 10, users] : STEPS.filter((step) => step < users).concat(users);
  const made = steps.map((step) => child(MEMORY, [String(step), "all"]));
  const usual = made[made.length - 1];
  if (large) made.push(child(MEMORY, [String(LARGE), "all"], ["--max-old-space-size=8192"]));
  const ids = child(MEMORY, [String(users), "ids"]).wasmBytes;
  const each = (bytes) => (bytes / users).toFixed(1);
  const rows = (name, field) =>
    made.map((step) => ({ name: `${written(step.users)} users, ${name}`, time: (step[field] * 1e6) / step.users }));
  return {
    tables: [
      {
        title: "W3, a count in a process of its own, by the user",
        unit: "ns",
        rows: [
          ...rows("first count", "firstMs"),
          ...rows("count", "countMs"),
          ...rows("recount", "recountMs"),
          ...rows("50 segments", "manyMs"),
        ],
      },
    ],
    notes: [
      `of ${written(users)} users: ${each(ids)} B each of wasm memory with the id alone; twelve attributes ${each(usual.loadedBytes - ids)} B more, ${each(usual.wasmBytes - ids)} B with all that counting built`,
    ],
    measures: { "W3.attributeBytes": single((usual.wasmBytes - ids) / users) },
  };
}
