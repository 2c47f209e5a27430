// The users of W3: profiles with twelve attributes, of whose values some are common and some rare.

import { below, randomNumbers, SEED } from "../support/random.mjs";
import {
  COHORTS,
  COUNTRIES,
  date,
  externalId,
  LANGUAGES,
  memberships,
  profileChunks,
  STATES,
  TAGS,
} from "../load/corpus.mjs";

export const DAY = 86_400_000;
/**
 * The moment at which counting begins. Nobody was last active within this minute of any day, so that
 * the clock may go on for a minute without anybody's leaving a segment: every count is of another
 * moment, and still has one right answer.
 */
export const NOW = Date.UTC(2026, 11, 1, 12);
export const STILL_MS = 60_000;
/** Cohorts of each user, and tags. */
export const EACH = 5;

/**
 * The users' lines in chunks of bytes; `keep(profile, cohorts)` is called for each, in order, with the
 * profile as it is written and the numbers of its cohorts, which no line holds.
 */
export function lines(users, keep = () => {}) {
  const chances = randomNumbers(SEED + 5);
  return profileChunks(users, (next, user) => {
    const profile = person(next, user);
    keep(profile, distinct(() => below(chances, COHORTS)));
    return profile;
  });
}

/** Who is in which cohort: a bit for each, in words side by side. */
export class CohortBits {
  constructor(users) {
    this.words = new Int32Array(users * COHORT_WORDS);
  }

  add(user, cohorts) {
    for (const cohort of cohorts) this.words[user * COHORT_WORDS + (cohort >> 5)] |= 1 << (cohort & 31);
  }

  /** The requests that bring them into their cohorts. */
  requests(users) {
    return memberships(users, (user, cohort) => (this.words[user * COHORT_WORDS + (cohort >> 5)] & (1 << (cohort & 31))) !== 0);
  }
}

export const COHORT_WORDS = Math.ceil(COHORTS / 32);

/** The names under which values stand in profiles and definitions. */
export const countryName = named("C", COUNTRIES);
export const languageName = named("l", LANGUAGES);
export const tagName = named("tag ", TAGS);

// WHY: made once, since a million objects that hold texts of their own would be twice as large.
function named(before, count) {
  const names = Array.from({ length: count }, (_, number) => `${before}${number}`);
  return (number) => names[number];
}

function person(next, user) {
  return {
    external_id: externalId(user),
    random_bucket: below(next, 10_000),
    country: countryName(common(next, COUNTRIES)),
    language: languageName(common(next, LANGUAGES)),
    dob: date(next, 1940 + below(next, 35), 35),
    email_subscribe: STATES[below(next, 3)],
    push_subscribe: STATES[below(next, 3)],
    total_revenue: below(next, 10_000_000) / 100,
    apps: [{ last_used: new Date(lastUsed(next)).toISOString() }],
    custom_attributes: {
      tags: distinct(() => common(next, TAGS)).map(tagName),
      is_vip: below(next, 2) === 1,
      signed_up: date(next, 2015, 11),
    },
  };
}

/** A number in 0..limit, of which the small ones are common: of 50 the first has 14 %, the last 1 %. */
export function common(next, limit) {
  return Math.floor(limit * (next() / 0x1_0000_0000) ** 2);
}

/** Within the year before, more than a quarter within a month. */
function lastUsed(next) {
  const time = NOW - 1 - Math.floor(365 * DAY * (next() / 0x1_0000_0000) ** 2);
  const intoTheMinute = (time - NOW) % DAY;
  return intoTheMinute + DAY < STILL_MS ? time - STILL_MS : time;
}

function distinct(make) {
  const chosen = [];
  while (chosen.length < EACH) {
    const number = make();
    if (!chosen.includes(number)) chosen.push(number);
  }
  return chosen;
}
