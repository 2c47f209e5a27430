// Reports for people: columns of text.

import { levelOf, NAMES } from "./levels.mjs";

/** Prints one workload's tables. */
export function printTables({ notes = [], tables }, all) {
  for (const { title, unit, rows } of tables) {
    const timed = rows.some(({ ratio }) => ratio !== undefined);
    const head = ["", unit, timed ? "kohort is faster by" : "", ...NAMES];
    const lines = rows.map((row) => {
      const verdict = levelOf(row.measure, all);
      return [row.name, amount(row.time), spread(row.ratio), ...NAMES.map((name) => mark(verdict, name))];
    });
    console.log(`\n${title}`);
    printColumns([head, ...lines]);
  }
  for (const note of notes) console.log(`  ${note}`);
}

/** Prints where all levels stand, those missed last. */
export function printVerdicts(all) {
  if (all.length === 0) return;
  console.log("\nLevels");
  printColumns([
    ["", "measured", ...NAMES],
    ...all.map((verdict) => [
      verdict.what,
      measured(verdict),
      ...NAMES.map((name) => mark(verdict, name)),
    ]),
  ]);
  for (const name of NAMES) {
    const missed = all.filter(({ reached }) => reached[name] === false);
    if (missed.length === 0) continue;
    console.log(`\n${name} missed:`);
    for (const verdict of missed) {
      const bound = verdict.better === "more" ? "at least" : "at most";
      console.log(`  ${verdict.id}: ${verdict.what}: ${measured(verdict)}, wanted ${bound} ${verdict[name]}`);
    }
  }
}

function measured({ value, unit }) {
  return value === undefined ? "not measured" : `${amount(value)} ${unit}`;
}

function mark(verdict, name) {
  if (verdict?.[name] === undefined) return "";
  return `${verdict[name]} ${verdict.reached[name] ? "✓" : "✗"}`;
}

function spread(ratio) {
  if (ratio === undefined) return "";
  const lowest = Math.min(...ratio.perRun);
  const highest = Math.max(...ratio.perRun);
  const range = ratio.perRun.length > 1 ? ` (${lowest.toFixed(2)}–${highest.toFixed(2)})` : "";
  return `${ratio.median.toFixed(2)}×${range}`;
}

/** A number with about three digits. */
export function amount(value) {
  if (value === undefined) return "";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function printColumns(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    console.log(`  ${cells.join("  ").trimEnd()}`);
  }
}
