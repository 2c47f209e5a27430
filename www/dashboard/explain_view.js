// Why one person is in the segment or not: what keeps them out first, then every condition with what was seen.
import { at } from "./definition.js";
import { byId, make } from "./elements.js";
import { inWords, word } from "./filter_words.js";
import { GERMAN_MEANINGS } from "./meaning_texts.js";
import { coded } from "./problems_view.js";
import { currentLanguage, exact, text } from "./texts.js";

const LONGEST = 300; // characters of what was seen
const MARKS = { true: "✓", false: "✗", unknown: "?" };
const GROUPS = { AND: "why_all", OR: "why_any", NOT: "why_excluded" };

let rules = {}; // the package's English sentences of what decides

export async function loadRules() {
  const response = await fetch(import.meta.resolve("kohort/segment.rules.json"));
  rules = await response.json();
}

/** `said` is what `explain` answered of the person with this name, or undefined where nobody has the id. */
export function showExplanation({ name, said, definition }) {
  const result = byId("why-result");
  const words = said ? text(`why_${said.result}`, name) : text("why_nobody");
  if (result.textContent !== words) result.textContent = words;
  result.dataset.result = said ? String(said.result) : "";
  byId("why-parts").hidden = !said;
  if (!said) return;
  const failing = new Set(said.failing);
  byId("why-failing-part").hidden = failing.size === 0;
  const keeping = leaves(said.tree).filter(({ path }) => failing.has(path));
  byId("why-failing").replaceChildren(...keeping.map((node) => make("li", {}, ...condition(node, definition, node.path.startsWith("/exclude")))));
  byId("why-tree").replaceChildren(...said.tree.children.map((node) => branch(node, definition)));
}

/** The conditions of the segment itself, each once: an exclusion has the path of what it excludes. */
const leaves = (node) => (node.children && node.rule === undefined ? node.children.flatMap(leaves) : [node]);

/** A part with those below it. `definition` is undefined within other segments, which the page does not hold. */
function branch(node, definition) {
  const below = (node.children ?? []).map((child) => branch(child, node.rule ? undefined : definition));
  const list = below.length > 0 ? [make("ul", {}, ...below)] : [];
  if (node.segment !== undefined) return make("li", {}, mark(node.result), text("why_segment", node.segment), ...list);
  if (GROUPS[node.operator] && node.rule === undefined) return make("li", {}, mark(node.result), text(GROUPS[node.operator]), ...list);
  return make("li", {}, ...condition(node, definition), ...list);
}

/** The result in words and by a sign; the colour says it a third time. */
const mark = (result) =>
  make("span", { class: "mark-of", "data-result": String(result) }, make("span", { "aria-hidden": "true" }, MARKS[result]), ` ${text(`result_${result}`)}`);

function condition(node, definition, isExcluded = false) {
  const { result, path, operator, operand, observed, observedCut, rule } = node;
  const filter = definition && path !== "/apps" ? at(definition, path) : undefined;
  const words = path === "/apps" ? text("why_apps") : filter ? inWords(filter) : word("comparison", operator, shown(operand));
  const seen = observed === undefined ? text("result_unknown") : shown(observed) + (observedCut ? " …" : "");
  const facts = [text("why_observed", seen), ...(operand === undefined ? [] : [text("why_operand", shown(operand))])];
  const german = currentLanguage() === "de" && GERMAN_MEANINGS[rule];
  return [
    mark(result),
    make("span", {}, isExcluded ? make("b", {}, `${text("but_not")} `) : "", words),
    make("p", { class: "facts" }, facts.join(" · ")),
    make("p", { class: "rule" }, ...coded(german || rules[rule]?.says || rule)),
  ];
}

function shown(value) {
  if (value === undefined) return "";
  if (value === null || (Array.isArray(value) && value.length === 0)) return text("why_absent");
  if (typeof value === "number") return exact(value);
  const words = typeof value === "string" ? value : Array.isArray(value) && value.every((part) => typeof part !== "object") ? value.join(", ") : JSON.stringify(value);
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
