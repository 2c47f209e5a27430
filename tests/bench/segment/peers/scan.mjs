// Counting over typed columns, a user after the other.

import { since, TAG_WORDS } from "../columns.mjs";
import { COHORT_WORDS } from "../corpus.mjs";
import { birthDays } from "../questions.mjs";

/** How many of the first `users` a question is true of. */
export function scan(columns, question, now, users = columns.users) {
  const { country, language, born, usedSecond, usedMs, tags } = columns;
  const cohorts = columns.cohorts.words;
  const { first, last } = birthDays(question, now);
  const { second, ms } = since(question.days, now);
  const isCountry = chosen(question.countries);
  const isLanguage = chosen(question.languages);
  const aWord = question.a >> 5;
  const aBit = 1 << (question.a & 31);
  const bWord = question.b >> 5;
  const bBit = 1 << (question.b & 31);
  const tagWord = question.tag >> 5;
  const tagBit = 1 << (question.tag & 31);
  let count = 0;
  for (let user = 0; user < users; user++) {
    if ((cohorts[user * COHORT_WORDS + aWord] & aBit) === 0) continue;
    if ((tags[user * TAG_WORDS + tagWord] & tagBit) === 0) continue;
    if ((cohorts[user * COHORT_WORDS + bWord] & bBit) !== 0) continue;
    if ((isCountry[country[user]] | isLanguage[language[user]]) === 0) continue;
    if (born[user] < first || born[user] > last) continue;
    if (usedSecond[user] > second || (usedSecond[user] === second && usedMs[user] > ms)) count++;
  }
  return count;
}

function chosen(numbers) {
  const table = new Uint8Array(256);
  for (const number of numbers) table[number] = 1;
  return table;
}
