// Why one person is in the segment or not: what keeps them out first, then every condition with what was seen.
import { at } from "./definition.js";
import { byId, make } from "./elements.js";
import { conditionInWords, sentence } from "./filter_words.js";
import { GERMAN_MEANINGS } from "./meaning_texts.js";
import { coded } from "./problems_view.js";
import { currentLanguage, text } from "./texts.js";

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
  byId("why-failing").replaceChildren(...keeping.map((node) => make("li", {}, ...condition(node, definition, node.path.startsWith("/exclude"), text("but_not")))));
  byId("why-tree").replaceChildren(...said.tree.children.map((node) => branch(node, definition)));
}

/** The conditions of the segment itself, each once: an exclusion has the path of what it excludes. */
const leaves = (node) => (node.children && node.rule === undefined ? node.children.flatMap(leaves) : [node]);

/** A part with those below it. `definition` is undefined within other segments, which the page does not hold. */
function branch(node, definition, isExcluded = false) {
  const below = (node.children ?? []).map((child) => branch(child, node.rule ? undefined : definition, isExcluded || node.operator === "NOT"));
  const list = below.length > 0 ? [make("ul", {}, ...below)] : [];
  if (node.segment !== undefined) return make("li", {}, mark(node.result), text("why_segment", node.segment), ...list);
  if (GROUPS[node.operator] && node.rule === undefined) return make("li", {}, mark(node.result), text(GROUPS[node.operator]), ...list);
  return make("li", {}, ...condition(node, definition, isExcluded), ...list);
}

/** The result in words and by a sign; the colour says it a third time. */
const mark = (result) =>
  make("span", { class: "mark-of", "data-result": String(result) }, make("span", { "aria-hidden": "true" }, MARKS[result]), ` ${text(`result_${result}`)}`);

/** `before` stands before its words, where no heading says that it is excluded. */
function condition(node, definition, isExcluded, before) {
  const { path, rule } = node;
  const isApps = path === "/apps";
  const filter = definition && at(definition, path);
  const german = currentLanguage() === "de" && GERMAN_MEANINGS[rule];
  return [
    mark(node.result),
    make("span", {}, isExcluded && before ? make("b", {}, `${before} `) : "", isApps ? text("why_apps") : conditionInWords(node, filter)),
    make("p", { class: "facts" }, isApps ? facts(node) : sentence(node, filter, isExcluded)),
    make("p", { class: "rule" }, make("b", {}, text("why_rule")), " ", ...coded(german || rules[rule]?.says || rule)),
  ];
}

const facts = ({ operand, observed, observedCut }) =>
  [text("why_observed", shown(observed) + (observedCut ? " …" : "")), ...(operand ? [text("why_operand", shown(operand))] : [])].join(" · ");

/** The names of apps. */
function shown(names) {
  const words = names.length > 0 ? names.join(", ") : text("why_absent");
  return words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
}
