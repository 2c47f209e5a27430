// What a report says of the machine that made it.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { createRequire } from "node:module";
import { SEED } from "./random.mjs";

const PEERS = ["ajv", "zod", "valibot", "@sinclair/typebox", "@cfworker/json-schema"];

/** The header of a report, as data. */
export function header(options) {
  const [cpu] = os.cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    machine: `${cpu?.model.trim() ?? "unknown"}, ${os.cpus().length} cores, ${os.platform()} ${os.arch()}`,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    load: os.loadavg().map((load) => Number(load.toFixed(2))),
    node: process.version,
    v8: process.versions.v8,
    seed: SEED,
    runs: options.runs,
    quick: options.quick,
    peers: Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  };
}

/** The header in lines. */
export function headerLines({ date, commit, machine, memoryGb, load, node, v8, seed, runs, peers }) {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `${date}, commit ${commit}`,
    `${machine}, ${memoryGb} GB; load ${load.join(" ")}`,
    `Node ${node}, V8 ${v8}; seed ${seed}; ${runs} alternating runs`,
    versions.join(", "),
  ];
  if (load[0] > 1.2) lines.push("! the machine is busy: trust no time, and ratios with care");
  return lines;
}

function commit() {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return "unknown";
  }
}

/** The version of a package that the benches compare with. */
// WHY: read as a file, since some packages do not export their package.json.
export function versionOf(name) {
  const search = createRequire(import.meta.url).resolve.paths(name) ?? [];
  for (const folder of search) {
    try {
      return JSON.parse(readFileSync(`${folder}/${name}/package.json`, "utf8")).version;
    } catch {
      // Not in this folder: the next one.
    }
  }
  return "unknown";
}
