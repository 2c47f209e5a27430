// What W3 asks: one segment of seven operands, what becomes of it while somebody moves them, and fifty others.

import { below, randomNumbers, SEED } from "../support/random.mjs";
import { COHORTS, COUNTRIES, LANGUAGES, TAGS } from "../load/corpus.mjs";
import { common, countryName, DAY, languageName, NOW, STILL_MS, tagName } from "./corpus.mjs";

/**
 * In cohort `a` and not in `b`, of one of the countries or languages, from `from` to `to` years old, active within
 * `days` days, with the tag. Names are numbers: corpus.mjs has what stands for them.
 */
export const BASE = {
  a: 3,
  b: 17,
  countries: [0, 1, 2],
  languages: [0, 1],
  from: 25,
  to: 45,
  days: 30,
  tag: 0,
};

/** Where the number of days stands in the definition. */
export const DAYS_PATH = "/filter/AND/5";

/** The segment as kohort reads it. */
export function definition({ a, b, countries, languages, from, to, days, tag }) {
  const cohort = (comparison, value) => ({ partner_cohort: { partner: "heap", comparison, value: `${value}` } });
  const standard = (attribute_name, comparison, value) => ({ default_attribute: { attribute_name, comparison, value } });
  return {
    filter: {
      AND: [
        cohort("includes_value", a),
        cohort("does_not_include_value", b),
        {
          OR: [
            standard("country", "is_any_of", countries.map(countryName)),
            standard("language", "is_any_of", languages.map(languageName)),
          ],
        },
        standard("age", "greater_than_or_equal_to", from),
        standard("age", "less_than_or_equal_to", to),
        { last_used_app: { comparison: "less_than_x_days_ago", value: days } },
        { custom_attribute: { custom_attribute_name: "tags", comparison: "includes_value", value: tagName(tag) } },
      ],
    },
  };
}

/** The range of days of birth, since 1970, of those who are so old: `first` and `last` are in it. */
export function birthDays({ from, to }, now) {
  const today = new Date(now);
  const yearsBefore = (years, days) =>
    Date.UTC(today.getUTCFullYear() - years, today.getUTCMonth(), today.getUTCDate() + days) / DAY;
  return { first: yearsBefore(to + 1, 1), last: yearsBefore(from, 0) };
}

/** A clock of which every reading is another millisecond of the minute in which nobody leaves a segment. */
export function clock() {
  let readings = 0;
  return () => NOW + (readings++ % STILL_MS);
}

/** So many values has an operand that moves, before it begins anew. */
const VALUES = 20;
/** What becomes of the base when an operand moves to its next value: never what it was. */
const MOVES = [
  (value) => ({ a: (BASE.b + 1 + value) % COHORTS }),
  (value) => ({ b: (BASE.b + 1 + value) % COHORTS }),
  (value) => ({ countries: [value, value + 1, value + 5] }),
  (value) => ({ languages: [value, (value + 2) % LANGUAGES] }),
  (value) => ({ from: BASE.from + 1 + value }),
  (value) => ({ days: BASE.days + 1 + value }),
  (value) => ({ tag: BASE.tag + 1 + value }),
];
export const OPERANDS = MOVES.length;

/**
 * The base with each of its operands moved `each` times. No segment comes twice, neither in a round nor in
 * two: whenever all values were met, another greatest age stands beside them.
 */
export function recounts(each) {
  return (round) =>
    Array.from({ length: OPERANDS * each }, (_, at) => {
      const move = round * each + Math.floor(at / OPERANDS);
      const to = BASE.to + 1 + Math.floor(move / VALUES);
      return { ...BASE, to, ...MOVES[at % OPERANDS](move % VALUES) };
    });
}

/** A slider in the hand: the number of days goes up by one at each tick; by the ages no recount was of these. */
export function ticks(count) {
  return (round) =>
    Array.from({ length: count }, (_, at) => ({ ...BASE, from: BASE.from - 2, to: BASE.to + round, days: 1 + at }));
}

/** So many segments, all operands of which are drawn: common values come often, as they do in profiles. */
export function segments(count) {
  const next = randomNumbers(SEED + 6);
  const some = (limit, most) => [
    ...new Set(Array.from({ length: 1 + below(next, most) }, () => common(next, limit))),
  ];
  return Array.from({ length: count }, () => {
    const a = below(next, COHORTS);
    const from = 18 + below(next, 25);
    return {
      a,
      b: (a + 1 + below(next, COHORTS - 1)) % COHORTS,
      countries: some(COUNTRIES, 4),
      languages: some(LANGUAGES, 3),
      from,
      to: from + 5 + below(next, 30),
      days: 1 + below(next, 90),
      tag: common(next, TAGS),
    };
  });
}
