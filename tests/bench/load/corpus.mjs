// Profiles as lines, as `/users/export/segment` writes them.

import { below, randomNumbers, SEED, uuidAt } from "../support/random.mjs";
import { bytesOf } from "../check/corpus.mjs";

const EXTERNAL = 40;
const CHUNK_USERS = 4096;
export const COUNTRIES = 50;
export const LANGUAGES = 20;
export const TAGS = 100;
export const COHORTS = 40;
export const STATES = ["opted_in", "subscribed", "unsubscribed"];
const PLATFORMS = ["iOS", "Android", "Web"];
const NAMES = ["Ada", "Björn", "Chloé", "Dmitri", "Ewa", "Fatima", "Güneş", "Hanna", "李雷", "Jane"];

/**
 * Profiles in chunks of bytes. `PLAIN` ones have an external id and the twelve attributes of
 * performance work (five tags of a hundred count as one), but for cohorts, which come by `memberships`. `FULL` ones have what an export of a real app has:
 * devices, push tokens, apps, events, campaigns, names that are not in ASCII, and fields that some lack.
 */
export function* profileChunks(users, write = PLAIN) {
  const next = randomNumbers(SEED + 4);
  for (let first = 0; first < users; first += CHUNK_USERS) {
    let text = "";
    for (let user = first; user < Math.min(users, first + CHUNK_USERS); user++) {
      text += `${JSON.stringify(write(next, user))}\n`;
    }
    yield bytesOf(text);
  }
}

/** All of them in one piece of bytes. */
export function profiles(users, write = PLAIN) {
  return new Uint8Array(Buffer.concat([...profileChunks(users, write)]));
}

/** The external id of the user with this number. */
export const externalId = (user) => uuidAt(EXTERNAL, user);

/** Nothing but an external id. */
export function IDS(next, user) {
  return { external_id: externalId(user) };
}

/** Every user is in `each` of the cohorts, whose numbers follow each other. */
export const inTurn = (each) => (user, cohort) => (user + cohort) % COHORTS < each;

/** Requests of a thousand ids by which users come into the cohorts that they are in by `isMember(user, cohort)`. */
export function* memberships(users, isMember) {
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    const members = [];
    for (let user = 0; user < users; user++) {
      if (isMember(user, cohort)) members.push(externalId(user));
    }
    for (let at = 0; at < members.length; at += 1000) {
      const user_ids = members.slice(at, at + 1000);
      yield {
        partner: "heap",
        body: JSON.stringify({
          partner_api_key: "heap-partner-key",
          client_secret: "data-import-key-4711",
          cohort_id: `${cohort}`,
          cohort_changes: [{ user_ids }],
        }),
      };
    }
  }
}

/** An external id and the attributes. */
export function PLAIN(next, user) {
  return {
    external_id: externalId(user),
    random_bucket: below(next, 10_000),
    country: country(next),
    language: language(next),
    dob: date(next, 1940, 70),
    email_subscribe: STATES[below(next, 3)],
    push_subscribe: STATES[below(next, 3)],
    total_revenue: below(next, 10_000_000) / 100,
    apps: [{ last_used: time(next) }],
    custom_attributes: {
      tags: tags(next),
      is_vip: below(next, 2) === 1,
      signed_up: date(next, 2015, 11),
    },
  };
}

/** What a real app's export has. */
export function FULL(next, user) {
  const some = (share, value) => (below(next, 100) < share ? value() : undefined);
  const device = uuidAt(EXTERNAL + 1, user).toUpperCase();
  const platform = PLATFORMS[below(next, 3)];
  return {
    created_at: `${date(next, 2015, 11)} 15:00:00.000 UTC`,
    external_id: externalId(user),
    braze_id: uuidAt(EXTERNAL + 2, user).replaceAll("-", "").slice(0, 24),
    random_bucket: below(next, 10_000),
    first_name: some(90, () => NAMES[below(next, NAMES.length)]),
    last_name: some(80, () => `${NAMES[below(next, NAMES.length)]}son`),
    email: some(85, () => `user${user}@example.com`),
    dob: some(60, () => date(next, 1940, 70)),
    country: country(next),
    home_city: some(50, () => `City ${below(next, 2000)}`),
    language: language(next),
    gender: some(50, () => "FMON"[below(next, 4)]),
    total_revenue: below(next, 10_000_000) / 100,
    push_subscribe: STATES[below(next, 3)],
    email_subscribe: STATES[below(next, 3)],
    custom_attributes: {
      plan: ["free", "trial", "pro"][below(next, 3)],
      tags: tags(next),
      is_vip: some(70, () => below(next, 2) === 1),
      score: some(70, () => below(next, 1000) / 10),
      signed_up: date(next, 2015, 11),
    },
    custom_events: ["signed_up", "opened_trial", "left_funnel"].map((name) => ({
      name,
      first: time(next),
      last: time(next),
      count: below(next, 40),
    })),
    devices: [
      {
        model: `Model ${below(next, 300)}`,
        os: `${platform} (${below(next, 20)})`,
        carrier: null,
        [platform === "iOS" ? "idfv" : "device_id"]: device,
        ad_tracking_enabled: below(next, 2) === 1,
      },
    ],
    push_tokens: some(60, () => [
      { app: "Shop", platform, token: uuidAt(EXTERNAL + 3, user), device_id: device, notifications_enabled: true },
    ]),
    apps: [
      {
        name: "Shop",
        platform,
        version: `${below(next, 9)}.${below(next, 20)}`,
        sessions: below(next, 500),
        first_used: time(next),
        last_used: time(next),
      },
    ],
    campaigns_received: some(70, () => [
      {
        name: `Campaign ${below(next, 60)}`,
        api_campaign_id: uuidAt(EXTERNAL + 4, below(next, 60)),
        last_received: time(next),
        engaged: { opened_email: below(next, 2) === 1 },
        converted: false,
      },
    ]),
  };
}

const country = (next) => `C${below(next, COUNTRIES)}`;
const language = (next) => `l${below(next, LANGUAGES)}`;
const two = (number) => String(number).padStart(2, "0");

function tags(next) {
  const chosen = new Set();
  while (chosen.size < 5) chosen.add(`tag ${below(next, TAGS)}`);
  return [...chosen];
}

/** A day of these years, none after the 28th. */
export function date(next, first, years) {
  return `${first + below(next, years)}-${two(1 + below(next, 12))}-${two(1 + below(next, 28))}`;
}

function time(next) {
  const clock = `${two(below(next, 24))}:${two(below(next, 60))}:${two(below(next, 60))}`;
  return `${date(next, 2026, 1)}T${clock}.${String(below(next, 1000)).padStart(3, "0")}Z`;
}
