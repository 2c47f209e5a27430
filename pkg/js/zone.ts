// The company's time zone: how far its clock is ahead of UTC, as the host's rules say.
import { fail, text } from "./arguments";

const DAY = 86_400_000;
/** Changes are looked for from this year on, and up to the other. */
const FIRST = Date.UTC(1880, 0, 1), LAST = Date.UTC(2150, 0, 1);
/** Nearer than that no two changes leave the clock as it was: the shortest such time is a month of Ramadan. */
const STEP = 18 * DAY;

const known = new Map<string, Float64Array>();

/**
 * Pairs of numbers: from when on the clock is how far ahead, in milliseconds; none for UTC. Before
 * the first and after the last change it goes on as it was.
 *
 * **Cost**: some 30 ms, once for each zone.
 */
export function changesOf(timeZone: unknown): Float64Array {
  const name = text(timeZone, "timeZone") ?? "UTC";
  let changes = known.get(name) ?? (name === "UTC" ? new Float64Array() : undefined);
  if (!changes) known.set(name, changes = new Float64Array(compute(name)));
  return changes;
}

function compute(timeZone: string): number[] {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US-u-ca-iso8601-nu-latn", {
      timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
  } catch {
    // The host's own words hold the value.
    fail("timeZone must be the IANA name of a time zone that this host knows");
  }
  const ahead = (instant: number): number => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts as { [name: string]: number };
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - instant;
  };
  const changes: number[] = [];
  let before = ahead(FIRST);
  if (before) changes.push(-8.64e15, before);
  for (let from = FIRST; from < LAST; from += STEP) {
    let to = from + STEP;
    const after = ahead(to);
    if (after === before) continue;
    // Between two moments, to the second.
    for (let low = from; to - low > 1000;) {
      const middle = low + Math.floor((to - low) / 2000) * 1000;
      if (ahead(middle) === before) low = middle;
      else to = middle;
    }
    changes.push(to, after);
    before = after;
  }
  return changes;
}
