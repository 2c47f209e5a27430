// Times alternatives in turn, in one process: A, B, C, then C, B, A, and so on.
//
// The speed of a machine drifts by tens of percent within minutes, and what one alternative leaves
// behind (garbage, caches) is paid for by the next. In turn, all of them meet the same weather; the
// order turns round, so that none always follows the same one. A run gives one median each; what
// counts is the ratio of two medians of the same run, and of those ratios the median over the runs.

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds that each alternative gets at least when its turn comes. */
// WHY: on a busy machine a turn shorter than the scheduler's slice often slips through whole where a
// long one never does, which would flatter whoever is quick.
const TURN_MS = 12;

/**
 * Calls each alternative with each item and answers what that took.
 *
 * `alternatives`: `{ name, call, answers?, prepare? }`; `call` answers a number or the promise of one, and
 * the sums over all items must be the same for all, unless `answers` is `false`: then it does only a part of the work.
 * What `prepare` makes of the items before each turn, untimed, is the second argument of `call`.
 * `items`: where it is a function, it makes as many other items for each round, and no turn meets one twice.
 * `runs`, `rounds` in each run, `warmUps` before the first one.
 *
 * Answers `{ name, perRun, perItem }` for each, in milliseconds an item.
 */
export async function alternate(alternatives, items, { runs, rounds, warmUps }) {
  const results = alternatives.map(({ name }) => ({ name, perRun: [], perItem: 0 }));
  const passes = alternatives.map(() => 1);
  let expected;
  const isFresh = typeof items === "function";
  let roundsMade = 0;
  let length;
  const turn = async (index, items) => {
    const { name, call, answers, prepare } = alternatives[index];
    const prepared = prepare?.(items);
    let sum = 0;
    const start = performance.now();
    for (let pass = 0; pass < passes[index]; pass++) {
      sum = 0;
      for (let at = 0; at < items.length; at++) {
        const answer = call(items[at], prepared);
        sum += typeof answer === "number" ? answer : await answer;
      }
    }
    const time = (performance.now() - start) / passes[index];
    if (answers !== false) {
      expected ??= sum;
      if (sum !== expected) throw new Error(`${name} answers ${sum} in all, others ${expected}`);
    }
    return time;
  };
  const round = async (number) => {
    const times = new Array(alternatives.length);
    const met = isFresh ? items(roundsMade++) : items;
    length = met.length;
    if (isFresh) expected = undefined;
    for (let place = 0; place < times.length; place++) {
      const index = number % 2 === 0 ? place : times.length - 1 - place;
      times[index] = await turn(index, met);
    }
    return times;
  };
  let shortest;
  for (let count = 0; count < warmUps; count++) {
    const times = await round(count);
    shortest = times.map((time, index) => Math.min(time, shortest?.[index] ?? Infinity));
  }
  if (!isFresh) for (const index of passes.keys()) passes[index] = Math.ceil(TURN_MS / shortest[index]);
  for (let run = 0; run < runs; run++) {
    const times = [];
    for (let count = 0; count < rounds; count++) times.push(await round(count));
    for (const [index, result] of results.entries()) {
      result.perRun.push(median(times.map((row) => row[index] / length)));
    }
  }
  for (const result of results) result.perItem = median(result.perRun);
  return results;
}

/** How many times as long `other` takes as `ours`: the median over the runs, and all of them. */
export function ratio(ours, other) {
  const perRun = other.perRun.map((time, run) => time / ours.perRun[run]);
  return { median: median(perRun), perRun };
}
