// The rules that no schema says: the limit over all lists, repeats, ids in an add and in a remove.
//
// Shared by the peers that are schema libraries and by the hand-written one, and as quick as `Set`s
// allow: one insertion for each id. Only where a `Set` came out smaller than what went in does it
// look again, to tell repeats from conflicts.

import { REFUSED } from "../answer.mjs";

const MAX_IDS = 1000;

/** Counts the ids of changes whose types were checked before. */
export function crossChecks(changes) {
  const { add, remove, total } = countKinds(changes);
  if (total > MAX_IDS) return REFUSED;
  const distinct = countDistinct(changes);
  const conflicts = distinct === total ? 0 : countConflicts(changes);
  const duplicates = total - distinct - conflicts;
  return { ok: true, counts: { add, remove, total, distinct, duplicates, conflicts } };
}

/** The lengths of the lists, by direction and kind. */
export function countKinds(changes) {
  const add = { externalIds: 0, deviceIds: 0, aliases: 0 };
  const remove = { externalIds: 0, deviceIds: 0, aliases: 0 };
  for (let at = 0; at < changes.length; at++) {
    const { user_ids, device_ids, aliases, should_remove } = changes[at];
    const side = should_remove === true ? remove : add;
    if (user_ids !== undefined) side.externalIds += user_ids.length;
    if (device_ids !== undefined) side.deviceIds += device_ids.length;
    if (aliases !== undefined) side.aliases += aliases.length;
  }
  const total =
    add.externalIds +
    add.deviceIds +
    add.aliases +
    remove.externalIds +
    remove.deviceIds +
    remove.aliases;
  return { add, remove, total };
}

function countDistinct(changes) {
  const users = new Set();
  const devices = new Set();
  const aliases = new Aliases();
  for (let at = 0; at < changes.length; at++) {
    const change = changes[at];
    if (change.user_ids !== undefined) addAll(users, change.user_ids);
    if (change.device_ids !== undefined) addAll(devices, change.device_ids);
    if (change.aliases !== undefined) aliases.addAll(change.aliases);
  }
  return users.size + devices.size + aliases.size();
}

function addAll(set, ids) {
  for (let at = 0; at < ids.length; at++) set.add(ids[at]);
}

/** Aliases as pairs: the names by label. Cheaper than joining the two, and never ambiguous. */
class Aliases {
  #byLabel = new Map();

  addAll(aliases) {
    let label;
    let names;
    for (let at = 0; at < aliases.length; at++) {
      const alias = aliases[at];
      if (alias.alias_label !== label) {
        label = alias.alias_label;
        names = this.#byLabel.get(label);
        if (names === undefined) this.#byLabel.set(label, (names = new Set()));
      }
      names.add(alias.alias_name);
    }
  }

  has({ alias_name, alias_label }) {
    return this.#byLabel.get(alias_label)?.has(alias_name) === true;
  }

  *pairs() {
    for (const [alias_label, names] of this.#byLabel) {
      for (const alias_name of names) yield { alias_name, alias_label };
    }
  }

  size() {
    let size = 0;
    for (const names of this.#byLabel.values()) size += names.size;
    return size;
  }
}

/** The ids that occur in a change that adds and in one that removes. */
function countConflicts(changes) {
  const sides = [false, true].map((removing) => {
    const users = new Set();
    const devices = new Set();
    const aliases = new Aliases();
    for (const change of changes) {
      if ((change.should_remove === true) !== removing) continue;
      if (change.user_ids !== undefined) addAll(users, change.user_ids);
      if (change.device_ids !== undefined) addAll(devices, change.device_ids);
      if (change.aliases !== undefined) aliases.addAll(change.aliases);
    }
    return { users, devices, aliases };
  });
  const [added, removed] = sides;
  let count = 0;
  for (const id of removed.users) if (added.users.has(id)) count++;
  for (const id of removed.devices) if (added.devices.has(id)) count++;
  for (const alias of removed.aliases.pairs()) if (added.aliases.has(alias)) count++;
  return count;
}
