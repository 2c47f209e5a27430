// What the counts of a request must be, in the plainest way: W1's alternatives are held against it.

/** The answer to a good request. */
export function referenceAnswer(bytes) {
  const { cohort_changes } = JSON.parse(new TextDecoder().decode(bytes));
  const add = { externalIds: 0, deviceIds: 0, aliases: 0 };
  const remove = { externalIds: 0, deviceIds: 0, aliases: 0 };
  const seen = new Map();
  const counts = { add, remove, total: 0, distinct: 0, duplicates: 0, conflicts: 0 };
  const meet = (change, kind, id) => {
    const direction = change.should_remove === true ? "remove" : "add";
    counts[direction][kind]++;
    counts.total++;
    const key = JSON.stringify([kind, id]);
    const directions = seen.get(key);
    if (directions === undefined) {
      counts.distinct++;
      seen.set(key, new Set([direction]));
    } else if (directions.has(direction)) counts.duplicates++;
    else {
      counts.conflicts++;
      directions.add(direction);
    }
  };
  for (const change of cohort_changes) {
    for (const id of change.user_ids ?? []) meet(change, "externalIds", id);
    for (const id of change.device_ids ?? []) meet(change, "deviceIds", id);
    for (const { alias_name, alias_label } of change.aliases ?? []) {
      meet(change, "aliases", [alias_name, alias_label]);
    }
  }
  return { ok: true, counts };
}
