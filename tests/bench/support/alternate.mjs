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

/**
 * Calls each alternative with each item and answers what that took.
 *
 * `alternatives`: `{ name, call, answers? }`; `call` answers a number, and the sums over all items
 * must be the same for all, unless `answers` is `false`: then it does only a part of the work.
 * `runs`, `rounds` in each run, `warmUps` before the first one.
 *
 * Answers `{ name, perRun, perItem }` for each, in milliseconds an item.
 */
export function alternate(alternatives, items, { runs, rounds, warmUps }) {
  const results = alternatives.map(({ name }) => ({ name, perRun: [], perItem: 0 }));
  let expected;
  const round = (order) => {
    const times = new Array(alternatives.length);
    for (const index of order) {
      const { name, call, answers } = alternatives[index];
      let sum = 0;
      const start = performance.now();
      for (let at = 0; at < items.length; at++) sum += call(items[at]);
      times[index] = (performance.now() - start) / items.length;
      if (answers === false) continue;
      expected ??= sum;
      if (sum !== expected) throw new Error(`${name} answers ${sum} in all, others ${expected}`);
    }
    return times;
  };
  const there = alternatives.map((_, index) => index);
  const back = [...there].reverse();
  for (let count = 0; count < warmUps; count++) round(count % 2 === 0 ? there : back);
  for (let run = 0; run < runs; run++) {
    const times = [];
    for (let count = 0; count < rounds; count++) times.push(round(count % 2 === 0 ? there : back));
    for (const [index, result] of results.entries()) {
      result.perRun.push(median(times.map((row) => row[index])));
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
