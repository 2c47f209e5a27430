// Made-up people, and what Heap says about them: the same on every run.
import { webhook } from "./heap_sender.mjs";

/** A small generator of random numbers (mulberry32), so that every run has the same people. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(list, random) {
  const out = [...list];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [out[at], out[other]] = [out[other], out[at]];
  }
  return out;
}

const digits = (number, length) => String(number).padStart(length, "0");
const brazeId = (number) => number.toString(16).padStart(24, "0");
const email = (number) => ({ alias_name: `person${number}@example.com`, alias_label: "email" });
// On iOS Braze exports the device id as `idfv`, elsewhere as `device_id`.
const device = (number, ios) =>
  ios ? { os: "iOS 18.1", idfv: `d-${digits(number, 5)}` } : { os: "Android (15)", device_id: `d-${digits(number, 5)}` };

export const IDENTIFIED = 3_000;
const ANONYMOUS = 600;
const ALIAS_ONLY = 300;

/** The moment for which the demo asks: its people did everything before it. */
export const NOW = Date.UTC(2026, 10, 30, 12);
const DAY = 24 * 3_600_000;

/** What a profile says besides its ids. Some people lack each of these, as some do in every export. */
function attributesFrom(random) {
  const one = (list) => list[Math.floor(random() * list.length)];
  const ago = (days) => new Date(NOW - days * DAY).toISOString();
  return () => {
    const lastUsed = Math.floor(random() * 40); // whole days, so that many are ago exactly as long as a filter says
    const finished = random() < 0.4;
    const apps = [
      { name: "Planner", platform: "iOS", version: "4.2.0", sessions: 12, first_used: ago(90), last_used: ago(lastUsed) },
      { name: "Planner Web", platform: "Web", version: "4.1", sessions: 3, first_used: ago(80), last_used: ago(lastUsed + random() * 30) },
    ];
    return {
      country: one(["DE", "DE", "DE", "AT", "CH", "FR", "US", undefined]),
      email_subscribe: one(["opted_in", "subscribed", "subscribed", "unsubscribed", undefined]),
      random_bucket: random() < 0.05 ? undefined : Math.floor(random() * 10_000),
      custom_attributes: { plan: one(["trial", "trial", "trial", "team", null]) },
      custom_events: finished ? [{ name: "finished_setup", first: ago(60), last: ago(50), count: 1 }] : [],
      apps: random() < 0.05 ? [] : apps.slice(0, random() < 0.5 ? 1 : 2),
    };
  };
}

/** The users that Braze knows, as profiles of its export. */
export function knownUsers() {
  const users = [];
  const attributes = attributesFrom(randomFrom(20_261_130));
  for (let n = 1; n <= IDENTIFIED; n++) {
    users.push({
      braze_id: brazeId(n),
      external_id: `u-${digits(n, 5)}`,
      user_aliases: n % 3 === 0 ? [] : [email(n)],
      devices: [device(n, n % 2 === 0)],
    });
  }
  for (let n = IDENTIFIED + 1; n <= IDENTIFIED + ANONYMOUS; n++) {
    users.push({ braze_id: brazeId(n), devices: [device(n, n % 2 === 0)] });
  }
  for (let n = IDENTIFIED + ANONYMOUS + 1; n <= IDENTIFIED + ANONYMOUS + ALIAS_ONLY; n++) {
    users.push({ braze_id: brazeId(n), user_aliases: [email(n)] });
  }
  // Two anonymous profiles on one device: it says of neither that it is meant.
  for (const n of [9_001, 9_002]) users.push({ braze_id: brazeId(n), devices: [{ device_id: "d-shared" }] });
  // Three of the four people in Heap's sample.
  for (const n of [1, 2, 3])
    users.push({ braze_id: brazeId(10_000 + n), external_id: `user${n}@email.com` });
  return users.map((user) => ({ ...user, ...attributes() }));
}

/** How the demo's customers tell Heap what their ids are; www/worker reads it. */
const mapping = (id, name) => [
  { field_id: "braze_id_kind", field_display_name: "Match by", field_type: "identity_mapping", value: { id, display_name: name } },
];

const external = (n) => `u-${digits(n, 5)}`;

/**
 * The syncs of one cohort: { segment, kind, label?, syncs: [{ task, pages: [{ add, remove }] }] }.
 * `kind` is the key of Braze's request that the ids go to.
 */
export function trialUsers() {
  const random = randomFrom(20_261_123);
  const known = shuffled(Array.from({ length: IDENTIFIED }, (_, n) => n + 1), random).map(external);
  const unknown = Array.from({ length: 220 }, (_, n) => external(90_001 + n));
  const members = known.slice(0, 600);
  const fresh = known.slice(600);
  const first = shuffled([...fresh.slice(0, 1_040), ...unknown.slice(0, 100)], random);
  // Ten ids twice on one page, which is one change each.
  first.push(...first.slice(0, 10));
  const second = shuffled([...fresh.slice(1_040, 1_640), ...members.slice(0, 20), ...unknown.slice(100, 180)], random);
  return {
    segment: { id: 20417733, name: "Trial users" },
    kind: "user_ids",
    syncs: [
      { task: "trial-users-1", pages: [{ add: members, remove: [] }] },
      {
        task: "trial-users-2",
        pages: [
          { add: first, remove: [] },
          // Five ids to add and to remove on one page: the remove wins.
          { add: second, remove: [...second.slice(0, 5), ...members.slice(100, 195)] },
          // Some who left again since page 1, some who were never members, some who are unknown.
          {
            add: shuffled([...fresh.slice(1_640, 1_700), ...unknown.slice(180, 200)], random),
            remove: shuffled(
              [...members.slice(200, 390), ...first.slice(20, 50), ...fresh.slice(2_000, 2_030), ...unknown.slice(200, 220)],
              random,
            ),
          },
        ],
      },
    ],
  };
}

/** Devices: of anonymous users, of identified ones, of nobody, and one of two users. */
export function appVisitors() {
  const random = randomFrom(7);
  const owners = [
    ...Array.from({ length: 60 }, (_, n) => IDENTIFIED + 1 + n),
    ...Array.from({ length: 25 }, (_, n) => 1 + n),
    ...Array.from({ length: 10 }, (_, n) => 80_001 + n),
  ];
  const ids = shuffled([...owners.map((n) => `d-${digits(n, 5)}`), "d-shared"], random);
  return {
    segment: { id: 20417734, name: "App visitors without an account" },
    kind: "device_ids",
    fields: mapping("device_id", "Device id"),
    syncs: [{ task: "app-visitors-1", pages: [{ add: ids, remove: [] }] }],
  };
}

/** E-mail addresses, which Braze knows as aliases: of both sorts of users, and of nobody. */
export function newsletterReaders() {
  const random = randomFrom(8);
  const people = [
    ...Array.from({ length: 75 }, (_, n) => 1 + n),
    ...Array.from({ length: 20 }, (_, n) => IDENTIFIED + ANONYMOUS + 1 + n),
    ...Array.from({ length: 15 }, (_, n) => 70_001 + n),
  ];
  return {
    segment: { id: 20417735, name: "Newsletter readers" },
    kind: "aliases",
    label: "email",
    fields: mapping("alias:email", "E-mail address"),
    syncs: [{ task: "newsletter-1", pages: [{ add: shuffled(people.map((n) => email(n).alias_name), random), remove: [] }] }],
  };
}

/** The webhooks of one sync, as the bytes that Heap sends. */
export function webhooksOf({ segment, fields }, { task, pages }) {
  return pages.map(({ add, remove }, at) =>
    webhook({ segment, fields, add, remove, page: { number: at + 1, total: pages.length, sync: task } }),
  );
}

/** Heap's own list of a segment after some syncs: what the cohort should be. */
export function listAfter(syncs) {
  const list = new Set();
  for (const { pages } of syncs) {
    for (const { add, remove } of pages) {
      for (const id of add) list.add(id);
      for (const id of remove) list.delete(id);
    }
  }
  return list;
}

/** That list restricted to the users who can be found by such ids, as a Set of braze_id. */
export function knownOf(list, { kind, label }, users) {
  const found = new Set();
  const owners = new Map();
  for (const user of users) {
    const ids =
      kind === "user_ids"
        ? [user.external_id]
        : kind === "aliases"
          ? (user.user_aliases ?? []).filter((alias) => alias.alias_label === label).map((alias) => alias.alias_name)
          : user.external_id
            ? []
            : (user.devices ?? []).map((each) => each.device_id ?? each.idfv);
    for (const id of ids) owners.set(id, [...(owners.get(id) ?? []), user.braze_id]);
  }
  for (const id of list) {
    const known = owners.get(id) ?? [];
    if (known.length === 1) found.add(known[0]);
  }
  return found;
}
