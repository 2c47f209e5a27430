// Fresh processes: what a first call costs and how much memory one job takes can be told only there.

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs a program of the bench in a Node of its own and answers the JSON that it prints. */
export function child(programUrl, words = [], flags = []) {
  const output = execFileSync(process.execPath, [...flags, fileURLToPath(programUrl), ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 24,
  });
  return JSON.parse(output.toString());
}
