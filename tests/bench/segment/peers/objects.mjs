// Counting over objects: by hand, and by libraries that are given a query.

import { Query } from "mingo";
import sift from "sift";
import { COHORTS } from "../../load/corpus.mjs";
import { countryName, DAY, languageName, tagName } from "../corpus.mjs";
import { birthDays } from "../questions.mjs";
import { since } from "../columns.mjs";

/** A user as an object, times and days as milliseconds since 1970. */
export function objectOf(profile, cohorts) {
  const { tags, is_vip, signed_up } = profile.custom_attributes;
  return {
    country: profile.country,
    language: profile.language,
    dob: Date.parse(profile.dob),
    email_subscribe: profile.email_subscribe,
    push_subscribe: profile.push_subscribe,
    last_used: Date.parse(profile.apps[0].last_used),
    total_revenue: profile.total_revenue,
    tags,
    cohorts: cohorts.map((cohort) => COHORT_NAMES[cohort]),
    random_bucket: profile.random_bucket,
    is_vip,
    signed_up: Date.parse(signed_up),
  };
}

const COHORT_NAMES = Array.from({ length: COHORTS }, (_, cohort) => `${cohort}`);

/** A question in the words of the objects. */
function named(question, now) {
  const { first, last } = birthDays(question, now);
  return {
    a: `${question.a}`,
    b: `${question.b}`,
    countries: question.countries.map(countryName),
    languages: question.languages.map(languageName),
    first: first * DAY,
    last: last * DAY,
    after: since(question.days, now).after,
    tag: tagName(question.tag),
  };
}

/** By hand. */
export function countObjects(objects, question, now) {
  const { a, b, countries, languages, first, last, after, tag } = named(question, now);
  let count = 0;
  for (const { cohorts, country, language, dob, last_used, tags } of objects) {
    if (
      last_used > after &&
      dob >= first &&
      dob <= last &&
      (countries.includes(country) || languages.includes(language)) &&
      cohorts.includes(a) &&
      !cohorts.includes(b) &&
      tags.includes(tag)
    ) {
      count++;
    }
  }
  return count;
}

/** As both libraries read it, who know MongoDB's operators. */
function query(question, now) {
  const { a, b, countries, languages, first, last, after, tag } = named(question, now);
  return {
    last_used: { $gt: after },
    dob: { $gte: first, $lte: last },
    $or: [{ country: { $in: countries } }, { language: { $in: languages } }],
    cohorts: { $in: [a], $nin: [b] },
    tags: { $in: [tag] },
  };
}

export function countBySift(objects, question, now) {
  const holds = sift(query(question, now));
  return objects.reduce((count, user) => (holds(user) ? count + 1 : count), 0);
}

export function countByMingo(objects, question, now) {
  const asked = new Query(query(question, now));
  return objects.reduce((count, user) => (asked.test(user) ? count + 1 : count), 0);
}
