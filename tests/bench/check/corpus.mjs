// Bodies of users requests, as bytes.

import { below, randomNumbers, SEED, uuid } from "../support/random.mjs";

const encoder = new TextEncoder();

/** The bytes of a text. */
export function bytesOf(text) {
  return encoder.encode(text);
}

/**
 * A users request with this many ids of each kind, the first half of each list in a change that
 * adds, the others in one that removes. `spell` makes the ids.
 */
export function request(next, [users, devices, aliases], spell = plainIds) {
  const lists = {
    user_ids: Array.from({ length: users }, () => spell.userId(next)),
    device_ids: Array.from({ length: devices }, () => spell.deviceId(next)),
    aliases: Array.from({ length: aliases }, () => ({
      alias_name: spell.aliasName(next),
      alias_label: "customer_id",
    })),
  };
  const part = (take) =>
    Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, take(list)]));
  return {
    partner_api_key: "heap-partner-key",
    client_secret: "data-import-key-4711",
    cohort_id: "1338065",
    cohort_changes: [
      part((list) => list.slice(0, Math.ceil(list.length / 2))),
      { ...part((list) => list.slice(Math.ceil(list.length / 2))), should_remove: true },
    ],
  };
}

const elevenDigits = (next) => String(10_000_000_000 + below(next, 80_000_000_000));

const plainIds = { userId: uuid, deviceId: uuid, aliasName: elevenDigits };

const NAMES = ["jürgen", "françois", "дмитрий", "王小明", "佐藤さくら", "😀😀", "İpek", "Ελένη"];
const foreign = (next) => `${NAMES[below(next, NAMES.length)]}-${uuid(next).slice(0, 23)}`;
const foreignIds = { userId: foreign, deviceId: uuid, aliasName: foreign };

/** 600 external ids, 250 device ids, 150 aliases: 1,000, the most that Braze takes. */
export const THOUSAND = [600, 250, 150];

/** The same mixture in small. */
export const TEN = [6, 2, 2];

/** The corpora by name, each with as many bodies as asked for. */
export const CORPORA = {
  "1,000 ids": (count) => make(count, 1, (next) => minified(request(next, THOUSAND))),
  "10 ids": (count) => make(count, 2, (next) => minified(request(next, TEN))),
  "1,000 ids that are not ASCII": (count) =>
    make(count, 3, (next) => minified(request(next, THOUSAND, foreignIds))),
  "the same, escaped as \\u": (count) =>
    make(count, 3, (next) => escaped(minified(request(next, THOUSAND, foreignIds)))),
  "10 ids, escaped as \\u": (count) =>
    make(count, 2, (next) => escaped(minified(request(next, TEN, foreignIds)))),
  "1,000 ids, pretty-printed": (count) =>
    make(count, 1, (next) => JSON.stringify(request(next, THOUSAND), null, 2)),
};

/**
 * Requests in which each of the 1,000 ids is wrong: external ids that are no strings, empty device
 * ids, aliases without a label.
 */
export function thousandProblems(count) {
  return make(count, 4, (next) => {
    const body = request(next, THOUSAND);
    for (const change of body.cohort_changes) {
      change.user_ids = change.user_ids.map((_, index) => [index, null, true][index % 3]);
      change.device_ids = change.device_ids.map(() => "");
      change.aliases = change.aliases.map(({ alias_name }) => ({ alias_name }));
    }
    return minified(body);
  });
}

function make(count, stream, text) {
  const next = randomNumbers(SEED + stream);
  return Array.from({ length: count }, () => bytesOf(text(next)));
}

/** JSON without white space. */
export function minified(value) {
  return JSON.stringify(value);
}

function escaped(text) {
  return text.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
