// Matching with three `Map`s.

import { check } from "../check/peers/hand.mjs";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** A directory of users by each of their ids, from profiles as lines. */
export class Maps {
  #external = new Map();
  #devices = new Map();
  #aliases = new Map();
  #identified = [];

  add(profile) {
    const user = this.#identified.length;
    this.#identified.push(profile.external_id !== undefined);
    if (profile.external_id !== undefined) this.#external.set(profile.external_id, user);
    for (const { device_id } of profile.devices ?? []) this.#devices.set(device_id, user);
    for (const { alias_name, alias_label } of profile.user_aliases ?? []) {
      let names = this.#aliases.get(alias_label);
      if (names === undefined) this.#aliases.set(alias_label, (names = new Map()));
      names.set(alias_name, user);
    }
  }

  static build(chunks) {
    const maps = new Maps();
    for (const chunk of chunks) {
      for (const line of decoder.decode(chunk).split("\n")) {
        if (line !== "") maps.add(JSON.parse(line));
      }
    }
    return maps;
  }

  /** The outcomes of a request that is taken to be good and without repeats. */
  match(bytes, members) {
    const body = JSON.parse(decoder.decode(bytes));
    const outcomes = {
      matched_external_id: 0,
      matched_alias: 0,
      matched_device_id: 0,
      device_of_identified_user: 0,
      unknown_external_id: 0,
      unknown_alias: 0,
      unknown_device_id: 0,
    };
    const effects = { adds: 0, removes: 0, already_member: 0, not_a_member: 0 };
    const meet = (user, removing) => {
      const member = members.has(user);
      if (removing) member ? effects.removes++ : effects.not_a_member++;
      else member ? effects.already_member++ : effects.adds++;
    };
    for (const { user_ids, device_ids, aliases, should_remove } of body.cohort_changes) {
      const removing = should_remove === true;
      if (user_ids !== undefined) {
        for (let at = 0; at < user_ids.length; at++) {
          const user = this.#external.get(user_ids[at]);
          if (user === undefined) outcomes.unknown_external_id++;
          else {
            outcomes.matched_external_id++;
            meet(user, removing);
          }
        }
      }
      if (device_ids !== undefined) {
        for (let at = 0; at < device_ids.length; at++) {
          const user = this.#devices.get(device_ids[at]);
          if (user === undefined) outcomes.unknown_device_id++;
          else if (this.#identified[user]) outcomes.device_of_identified_user++;
          else {
            outcomes.matched_device_id++;
            meet(user, removing);
          }
        }
      }
      if (aliases !== undefined) {
        for (let at = 0; at < aliases.length; at++) {
          const { alias_name, alias_label } = aliases[at];
          const user = this.#aliases.get(alias_label)?.get(alias_name);
          if (user === undefined) outcomes.unknown_alias++;
          else {
            outcomes.matched_alias++;
            meet(user, removing);
          }
        }
      }
    }
    return { outcomes, effects };
  }

  /** The same, after the checks that ours makes too. */
  checkAndMatch(bytes, members) {
    const { ok, counts } = check(bytes);
    if (!ok || counts.distinct !== counts.total) throw new Error("not for this bench");
    return this.match(bytes, members);
  }
}
