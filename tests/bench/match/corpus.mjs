// Known users with three ids each, and requests of which 70 % of the ids are theirs.

import { below, randomNumbers, SEED, uuidAt } from "../support/random.mjs";
import { bytesOf, THOUSAND } from "../check/corpus.mjs";

const EXTERNAL = 20;
const DEVICE = 21;
const ALIAS = 22;
const LABEL = "customer_id";
const CHUNK_USERS = 4096;

/**
 * Profiles as Braze's segment export writes them, a line each, in chunks of bytes. Each has an
 * external id, a device and an alias, of 36 bytes each.
 */
export function* profileChunks(users) {
  for (let first = 0; first < users; first += CHUNK_USERS) {
    let text = "";
    for (let user = first; user < Math.min(users, first + CHUNK_USERS); user++) {
      text +=
        `{"external_id":"${uuidAt(EXTERNAL, user)}","user_aliases":[{"alias_name":"${uuidAt(ALIAS, user)}",` +
        `"alias_label":"${LABEL}"}],"devices":[{"device_id":"${uuidAt(DEVICE, user)}"}]}\n`;
    }
    yield bytesOf(text);
  }
}

/** Requests of 1,000 ids each, no id twice in one; seven of ten are those of a user. */
export function requests(count, users) {
  const next = randomNumbers(SEED + 2);
  return Array.from({ length: count }, () => {
    const [external, devices, aliases] = THOUSAND;
    const lists = {
      user_ids: ids(next, EXTERNAL, external, users),
      device_ids: ids(next, DEVICE, devices, users),
      aliases: ids(next, ALIAS, aliases, users).map((alias_name) => ({
        alias_name,
        alias_label: LABEL,
      })),
    };
    const part = (take) =>
      Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, take(list)]));
    const body = {
      partner_api_key: "heap-partner-key",
      client_secret: "data-import-key-4711",
      cohort_id: "1338065",
      cohort_changes: [
        part((list) => list.slice(0, list.length / 2)),
        { ...part((list) => list.slice(list.length / 2)), should_remove: true },
      ],
    };
    return bytesOf(JSON.stringify(body));
  });
}

function ids(next, stream, count, users) {
  const chosen = new Set();
  while (chosen.size < count) {
    // Beyond the users are the numbers of ids that nobody has.
    const hit = below(next, 10) < 7;
    chosen.add(hit ? below(next, users) : users + below(next, 2 ** 30));
  }
  return Array.from(chosen, (index) => uuidAt(stream, index));
}
