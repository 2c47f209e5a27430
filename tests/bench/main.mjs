// `cargo xtask bench`: how kohort compares with other ways to do the same.
//
// Runs the workloads that were asked for through the packed package's public calls, prints tables,
// and writes all figures to target/bench/. levels.json says what must, should and could be reached.

import { mkdirSync, writeFileSync } from "node:fs";
import { readArguments } from "./support/arguments.mjs";
import { verdicts } from "./support/levels.mjs";
import { header, headerLines } from "./support/machine.mjs";
import { entryUrl } from "./support/package.mjs";
import { printTables, printVerdicts } from "./support/table.mjs";

const WORKLOADS = {
  W1: () => import("./check/workload.mjs"),
  W2: () => import("./match/workload.mjs"),
  W3: () => import("./segment/workload.mjs"),
  W4: () => import("./load/workload.mjs"),
  W5: () => import("./diff/workload.mjs"),
  W6: () => import("./webhook/workload.mjs"),
  start: () => import("./start/workload.mjs"),
};

const options = readArguments(process.argv.slice(2), Object.keys(WORKLOADS));
const about = header(options);
for (const line of headerLines(about)) console.log(line);

const edge = await import(entryUrl("kohort/edge"));
const full = await import(entryUrl("kohort"));
const report = { ...about, workloads: {}, measures: {} };
for (const name of options.selected) {
  const { run } = await WORKLOADS[name]();
  const result = await run({ edge, full, options });
  report.workloads[name] = result;
  Object.assign(report.measures, result.measures);
  printTables(result, options.quick ? [] : verdicts(result.measures, [name]));
}

if (options.quick) {
  console.log("\n--quick: too little of everything for a verdict");
} else {
  report.verdicts = verdicts(report.measures, options.selected);
  printVerdicts(report.verdicts);
}
report.preempted = process.resourceUsage().involuntaryContextSwitches;
console.log(`\nother work took the processor away ${report.preempted.toLocaleString("en-US")} times`);
write(report);
const missed = (report.verdicts ?? []).some(({ reached }) => reached.must === false);
if (options.gate && missed) process.exitCode = 1;

function write(report) {
  const target = process.env.CARGO_TARGET_DIR ?? "target";
  const folder = new URL(`${target}/bench/`, new URL("../../", import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${report.quick ? "quick" : options.selected.join("-")}.json`, folder);
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  console.log(`all figures: ${file.pathname}`);
}
