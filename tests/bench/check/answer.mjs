// What every alternative of W1 answers: `{ ok, counts }` with the counts of `checkCohortRequest`.

/** The answer to a request that is refused. */
export const REFUSED = Object.freeze({ ok: false, counts: null });

/**
 * All numbers of an answer in one, each with a weight of its own; reading them is part of what is
 * timed, since some of them are computed when read.
 */
export function digest({ ok, counts }) {
  if (!ok) return -1;
  const { add, remove } = counts;
  return (
    add.externalIds +
    add.deviceIds * 3 +
    add.aliases * 7 +
    remove.externalIds * 11 +
    remove.deviceIds * 13 +
    remove.aliases * 17 +
    counts.total * 19 +
    counts.distinct * 23 +
    counts.duplicates * 29 +
    counts.conflicts * 31
  );
}
