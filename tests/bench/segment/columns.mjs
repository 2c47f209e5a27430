// The users in typed columns: what the hand-written peers count over, and what tables are made from.

import { TAGS } from "../load/corpus.mjs";
import { CohortBits, DAY, EACH } from "./corpus.mjs";

const SECOND = 1000;

/** The attributes that the segments ask for; names as numbers. */
export class Columns {
  constructor(users) {
    this.users = users;
    this.country = new Uint8Array(users);
    this.language = new Uint8Array(users);
    /** Days since 1970. */
    this.born = new Int16Array(users);
    /** Seconds since 1970, and the milliseconds of that second. */
    this.usedSecond = new Int32Array(users);
    this.usedMs = new Uint16Array(users);
    /** A bit for each tag, in words side by side. */
    this.tags = new Int32Array(users * TAG_WORDS);
    this.cohorts = new CohortBits(users);
    /** Both as lists of `EACH` numbers. */
    this.tagList = new Uint8Array(users * EACH);
    this.cohortList = new Uint8Array(users * EACH);
  }

  add(user, { country, language, dob, apps, custom_attributes: { tags } }, cohorts) {
    const used = Date.parse(apps[0].last_used);
    this.country[user] = numberOf(country, 1);
    this.language[user] = numberOf(language, 1);
    this.born[user] = Date.parse(dob) / DAY;
    this.usedSecond[user] = Math.floor(used / SECOND);
    this.usedMs[user] = used % SECOND;
    for (let at = 0; at < EACH; at++) {
      const tag = numberOf(tags[at], 4);
      this.tagList[user * EACH + at] = tag;
      this.cohortList[user * EACH + at] = cohorts[at];
      this.tags[user * TAG_WORDS + (tag >> 5)] |= 1 << (tag & 31);
    }
    this.cohorts.add(user, cohorts);
  }

  /** Milliseconds since 1970. */
  lastUsed(user) {
    return this.usedSecond[user] * SECOND + this.usedMs[user];
  }
}

export const TAG_WORDS = Math.ceil(TAGS / 32);

/** The number at the end of a name. */
function numberOf(name, start) {
  return Number(name.slice(start));
}

/** The instant after which somebody must have been active, and what stands before it in columns. */
export function since(days, now) {
  const after = now - days * DAY;
  return { after, second: Math.floor(after / SECOND), ms: after % SECOND };
}
