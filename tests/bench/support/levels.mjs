// Whether a measure reaches its levels: must, goal and aim, as levels.json has them.

import { readFileSync } from "node:fs";

/** The table of levels. */
export const LEVELS = JSON.parse(readFileSync(new URL("../levels.json", import.meta.url), "utf8"));

export const NAMES = ["must", "goal", "aim"];

/**
 * Holds measures, `{ name: { median, perRun } }`, against the levels of the workloads that ran. What
 * has a level and was not measured has not reached it.
 */
export function verdicts(measures, workloads) {
  return LEVELS.filter(({ measure }) => workloads.includes(measure.split(".")[0])).map((level) => {
    const value = measures[level.measure]?.median;
    const reached = {};
    for (const name of NAMES) {
      if (level[name] !== undefined) reached[name] = reaches(value, level[name], level.better);
    }
    return { ...level, value, reached };
  });
}

/** The verdict on one measure, where there are levels for it. */
export function levelOf(measure, all) {
  return all.find((verdict) => verdict.measure === measure);
}

function reaches(value, level, better) {
  if (value === undefined) return false;
  return better === "more" ? value >= level : value <= level;
}
