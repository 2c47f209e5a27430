// How many are in a segment: the exact count, its share of all known users, and how each condition changes it.
import { byId, make } from "./elements.js";
import { inWords } from "./filter_words.js";
import { number, problemText, text } from "./texts.js";

const JOINED = { AND: "and", OR: "or", NOT: "but_not" };

/** `counts` is { count, unknown }, or undefined where the definition has problems; `warnings` are those of it. */
export function showCount({ counts, words, known, warnings }) {
  const headline = byId("target-count");
  const said = counts ? text("count_of", counts.count, known, percent(counts.count / known)) : words;
  // Only news is announced.
  if (headline.textContent !== said) headline.textContent = said;
  headline.classList.toggle("bad", !counts);
  byId("target-bar").hidden = !counts;
  byId("target-unknown").replaceChildren();
  if (!counts) return;
  const parts = [
    ["members", counts.count],
    ["unknown", counts.unknown],
    ["others", known - counts.count - counts.unknown],
  ];
  byId("target-bar").replaceChildren(
    ...parts.map(([part, count]) => {
      const piece = make("span", { class: part, title: text("bar_label", text(`part_${part}`), number(count)) });
      piece.style.flex = `${count} 0 0`;
      piece.hidden = count === 0;
      return piece;
    }),
  );
  byId("target-bar").setAttribute("aria-label", parts.map(([part, count]) => text("bar_label", text(`part_${part}`), count)).join(", "));
  const needs = warnings.filter(({ code }) => code === "segment.needs").map((warning) => problemText(warning).message);
  byId("target-unknown").append(
    counts.unknown === 0 ? text("unknown_none") : text("unknown_some", counts.unknown),
    ...[...new Set(needs)].map((need) => make("span", { class: "need" }, need)),
  );
}

/** `rows` are steps with their counts; the first is everybody. */
export function showFunnel(rows, known) {
  byId("funnel").replaceChildren(
    entry({ words: text("funnel_all"), count: known, unknown: 0 }, known),
    ...rows.map(({ part, how, count, unknown }, at) => entry({ lead: at > 0 || how === "NOT" ? text(JOINED[how]) : "", words: wordsOf(part, how), count, unknown }, known)),
  );
}

function wordsOf(part, how) {
  if (how === "apps") return part === "none" ? text("funnel_no_apps") : text("funnel_apps", part.any_of.join(", "));
  return part === undefined ? text("funnel_rest") : inWords(part);
}

function entry({ lead, words, count, unknown }, known) {
  const track = make("span", { class: "track", "aria-hidden": "true" });
  for (const [name, size] of [["members", count], ["unknown", unknown]]) {
    const piece = make("span", { class: name });
    piece.style.width = `${known === 0 ? 0 : (100 * size) / known}%`;
    track.append(piece);
  }
  return make(
    "li",
    {},
    make("span", { class: "words" }, lead ? make("b", {}, `${lead} `) : "", words),
    make("span", { class: "count" }, `${number(count)} · ${percent(known === 0 ? 0 : count / known)}`),
    track,
    ...(unknown > 0 ? [make("small", {}, text("funnel_unknown", unknown))] : []),
  );
}

const percent = (share) => share.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
