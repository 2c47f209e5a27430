// Bodies on which all alternatives must agree before anything is timed: with repeats of every kind,
// and with faults of every kind that all of them look for.
//
// Left out is what only ours finds: duplicate keys, lone surrogates, too deep nesting.

import { below, randomNumbers, SEED } from "../support/random.mjs";
import { bytesOf, minified, request, THOUSAND } from "./corpus.mjs";

/** Requests with repeats within a list, over lists and changes, and with what only looks like one. */
export function repeats(count) {
  const next = randomNumbers(SEED + 20);
  return Array.from({ length: count }, () => {
    const body = request(next, [40 + below(next, 500), 20 + below(next, 200), 20 + below(next, 100)]);
    for (let left = 1 + below(next, 30); left > 0; left--) INJECTIONS[below(next, INJECTIONS.length)](body, next);
    return bytesOf(minified(body));
  });
}

const pick = (list, next) => list[below(next, list.length)];
const anyChange = (body, next) => body.cohort_changes[below(next, 2)];
const replaceOne = (list, next, value) => {
  list[below(next, list.length)] = value;
};

const INJECTIONS = [
  (body, next) => {
    const { user_ids } = anyChange(body, next);
    replaceOne(user_ids, next, pick(user_ids, next));
  },
  (body, next) => {
    const [added, removed] = body.cohort_changes;
    replaceOne(removed.user_ids, next, pick(added.user_ids, next));
  },
  (body, next) => {
    const [added, removed] = body.cohort_changes;
    replaceOne(removed.device_ids, next, pick(added.device_ids, next));
    replaceOne(added.device_ids, next, pick(removed.device_ids, next));
  },
  (body, next) => {
    replaceOne(anyChange(body, next).aliases, next, { ...pick(anyChange(body, next).aliases, next) });
  },
  // One id of two kinds is two ids.
  (body, next) => {
    replaceOne(anyChange(body, next).device_ids, next, pick(anyChange(body, next).user_ids, next));
  },
  // One name under two labels is two aliases.
  (body, next) => {
    const { alias_name } = pick(anyChange(body, next).aliases, next);
    replaceOne(anyChange(body, next).aliases, next, { alias_name, alias_label: "email" });
  },
  (body, next) => {
    const { alias_name, alias_label } = pick(anyChange(body, next).aliases, next);
    replaceOne(anyChange(body, next).aliases, next, { alias_name: alias_label, alias_label: alias_name });
  },
  // A third change, which adds what the second removes.
  (body) => {
    const [, removed] = body.cohort_changes;
    body.cohort_changes.push({ user_ids: removed.user_ids.slice(0, 3), should_remove: false });
  },
];

/** Requests that must be refused, by what is wrong with them. */
export function faulty() {
  const next = randomNumbers(SEED + 21);
  const small = () => request(next, [6, 4, 4]);
  const spoilt = (spoil) => {
    const body = small();
    spoil(body, body.cohort_changes[1]);
    return bytesOf(minified(body));
  };
  const good = bytesOf(minified(small()));
  const invalidUtf8 = Uint8Array.from(good);
  invalidUtf8[good.indexOf(0x2d, 300)] = 0xff;
  return {
    "no cohort_id": spoilt((body) => delete body.cohort_id),
    "no key": spoilt((body) => delete body.partner_api_key),
    "an empty secret": spoilt((body) => (body.client_secret = "")),
    "an empty cohort_id": spoilt((body) => (body.cohort_id = "")),
    "a number as cohort_id": spoilt((body) => (body.cohort_id = 1338065)),
    "no changes": spoilt((body) => delete body.cohort_changes),
    "changes that are an object": spoilt((body) => (body.cohort_changes = {})),
    "a change that is null": spoilt((body) => body.cohort_changes.push(null)),
    "a change that is a list": spoilt((body) => body.cohort_changes.push([])),
    "a change without a list": spoilt((body) => body.cohort_changes.push({ should_remove: true })),
    "a list that is a text": spoilt((_, change) => (change.user_ids = "a")),
    "a list that is null": spoilt((_, change) => (change.device_ids = null)),
    "a direction that is a text": spoilt((_, change) => (change.should_remove = "true")),
    "an external id that is a number": spoilt((_, change) => (change.user_ids[2] = 7)),
    "a device id that is null": spoilt((_, change) => (change.device_ids[1] = null)),
    "an empty external id": spoilt((_, change) => (change.user_ids[0] = "")),
    "an empty device id": spoilt((_, change) => (change.device_ids[0] = "")),
    "an empty alias name": spoilt((_, change) => (change.aliases[1].alias_name = "")),
    "an alias without a label": spoilt((_, change) => delete change.aliases[0].alias_label),
    "an alias whose name is a number": spoilt((_, change) => (change.aliases[0].alias_name = 5)),
    "an alias that is a text": spoilt((_, change) => (change.aliases[0] = "a")),
    "1,001 ids": bytesOf(minified(request(next, [THOUSAND[0] + 1, THOUSAND[1], THOUSAND[2]]))),
    "the end cut off": good.subarray(0, good.length - 3),
    "bytes after the end": bytesOf(`${minified(small())}}`),
    "invalid UTF-8": invalidUtf8,
    "nothing": new Uint8Array(0),
    "a text": bytesOf('"text"'),
    "null": bytesOf("null"),
  };
}
