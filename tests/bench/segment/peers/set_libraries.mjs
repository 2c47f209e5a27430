// Counting by libraries of sets: theirs for names, typed columns for whoever is left.

import roaring from "roaring-wasm";
import typedfastbitset from "typedfastbitset";
import { since } from "../columns.mjs";
import { birthDays } from "../questions.mjs";

const { RoaringBitmap32, roaringLibraryInitialize } = roaring;
const { TypedFastBitSet } = typedfastbitset;
const KINDS = ["cohorts", "tags", "countries", "languages"];

/** Sets of typedfastbitset with the words of those bitsets. */
export function fastBitSets(bitmaps) {
  return setsOf(bitmaps, (words) => TypedFastBitSet.fromWords(new Uint32Array(words.buffer)));
}

export function countByFastBitSets(columns, sets, question, now) {
  const { a, b, tag, either } = asked(sets, question);
  const left = either[0].clone();
  for (const set of either.slice(1)) left.union(set);
  left.intersection(a);
  left.intersection(tag);
  left.difference(b);
  return countNumbers(columns, left.array(), question, now);
}

/** Compressed sets of roaring-wasm. */
export async function roaringSets(bitmaps) {
  await roaringLibraryInitialize();
  return setsOf(bitmaps, (words) => {
    const set = new RoaringBitmap32(TypedFastBitSet.fromWords(new Uint32Array(words.buffer)).array());
    set.runOptimize();
    return set;
  });
}

export function countByRoaring(columns, sets, question, now) {
  const { a, b, tag, either } = asked(sets, question);
  const left = RoaringBitmap32.and(a, tag);
  left.andNotInPlace(b);
  const any = RoaringBitmap32.orMany(either);
  left.andInPlace(any);
  const users = left.toUint32Array();
  left.dispose();
  any.dispose();
  return countNumbers(columns, users, question, now);
}

function setsOf(bitmaps, make) {
  return Object.fromEntries(KINDS.map((kind) => [kind, bitmaps[kind].map(make)]));
}

function asked({ cohorts, tags, countries, languages }, question) {
  return {
    a: cohorts[question.a],
    b: cohorts[question.b],
    tag: tags[question.tag],
    either: [
      ...question.countries.map((country) => countries[country]),
      ...question.languages.map((language) => languages[language]),
    ],
  };
}

/** How many of these users are of the age and were active. */
function countNumbers({ born, usedSecond, usedMs }, users, question, now) {
  const { first, last } = birthDays(question, now);
  const { second, ms } = since(question.days, now);
  let count = 0;
  for (let at = 0; at < users.length; at++) {
    const user = users[at];
    if (born[user] < first || born[user] > last) continue;
    if (usedSecond[user] > second || (usedSecond[user] === second && usedMs[user] > ms)) count++;
  }
  return count;
}
