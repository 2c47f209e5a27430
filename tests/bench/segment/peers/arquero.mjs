// Counting over a table of arquero.

import * as aq from "arquero";
import { countryName, DAY, languageName, tagName } from "../corpus.mjs";
import { birthDays } from "../questions.mjs";
import { since } from "../columns.mjs";

/** The table, with the objects' own values. */
export function tableOf(objects) {
  const column = (name) => objects.map((user) => user[name]);
  const names = ["cohorts", "country", "language", "tags"];
  return aq.table({
    ...Object.fromEntries(names.map((name) => [name, column(name)])),
    dob: Float64Array.from(objects, ({ dob }) => dob),
    last_used: Float64Array.from(objects, ({ last_used }) => last_used),
  });
}

export function countInTable(table, question, now) {
  const { first, last } = birthDays(question, now);
  return table
    .params({
      a: `${question.a}`,
      b: `${question.b}`,
      countries: question.countries.map(countryName),
      languages: question.languages.map(languageName),
      first: first * DAY,
      last: last * DAY,
      after: since(question.days, now).after,
      tag: tagName(question.tag),
    })
    .filter(
      (d, $) =>
        d.last_used > $.after &&
        d.dob >= $.first &&
        d.dob <= $.last &&
        (aq.op.includes($.countries, d.country) || aq.op.includes($.languages, d.language)) &&
        aq.op.includes(d.cohorts, $.a) &&
        !aq.op.includes(d.cohorts, $.b) &&
        aq.op.includes(d.tags, $.tag),
    )
    .numRows();
}
