// A filter as people read it.
import { exact, text } from "./texts.js";

const MOST = 300; // characters
const WORDED = ["metric", "attribute_name", "kind", "channel", "state"]; // fields whose texts are words of the wire
const STATES = ["email_subscription_status", "push_subscription_status", "subscription_group"]; // families whose values are
const ROWS = ["message", "channel_reachable"]; // families that look at rows, and not at a value
const NAMED = { channel_reachable: "channel", default_attribute: "attribute_name", device: "attribute_name", install_attribution: "attribute_name", partner_cohort: "partner" };
const SELF_EVIDENT = ["custom_attribute", "nested_custom_attribute", "default_attribute"];

/** A word of the wire in the page's language; one that it does not know stays as it is. */
export function word(role, name, ...fill) {
  const key = `${role}_${name}`;
  const words = text(key, ...fill);
  return words === key ? name.replaceAll("_", " ") : words;
}

/** A whole filter, cut where it is long. */
export const inWords = (filter) => cut(said(filter));

const cut = (words) => (words.length > MOST ? `${words.slice(0, MOST)}…` : words);

function said(filter) {
  if (typeof filter !== "object" || filter === null) return "…";
  const [key, body] = Object.entries(filter)[0] ?? [];
  if (key === "AND" || key === "OR") {
    const parts = Array.isArray(body) ? body.map(said) : [];
    return parts.length === 1 ? parts[0] : `(${parts.join(` ${text(key === "AND" ? "and" : "or")} `)})`;
  }
  return typeof body === "object" && body !== null ? condition(key, body) : "…";
}

function condition(family, { comparison, value, ...fields }) {
  return [subjectOf(family, fields), comparison === undefined ? "" : compared(comparison, value, roleOf(family))].filter(Boolean).join(" ");
}

const roleOf = (family) => (STATES.includes(family) ? "state" : undefined);

/** What a filter of this family with these fields looks at. */
function subjectOf(family, fields) {
  if (family === "partner_cohort") return text("partner_cohorts", `${fields.partner ?? ""}`.replace(/^./, (letter) => letter.toUpperCase()));
  return [...(SELF_EVIDENT.includes(family) ? [] : [word("family", family)]), ...Object.entries(fields).map(([name, field]) => shown(field, name))].join(" ");
}

/** The fields of a condition whose definition is not here, by what its explanation names. */
const fieldsOf = ({ family, name }) => (name === undefined ? {} : { [NAMED[family] ?? "name"]: name });

/** A condition that is explained, in words. `filter` is its definition, where that is here. */
export function conditionInWords(node, filter) {
  if (filter) return inWords(filter);
  const { operator: comparison, operand: value } = node;
  return inWords({ [node.family]: { ...fieldsOf(node), ...(comparison === "all_of" ? { all_of: value } : { comparison, value }) } });
}

/** What was seen of a condition and what it demands, in a sentence: `plan is “paid”, but has to be “trial”`. */
export function sentence(node, filter, isExcluded) {
  const { family, operator, operand, observed, observedCut, result } = node;
  const { comparison, value, all_of, circle, polygon, ...fields } = filter?.[family] ?? fieldsOf(node);
  const subject = subjectOf(family, fields);
  const role = roleOf(family);
  const isPlain = (part) => typeof part !== "object" || part === null;
  const isSimple = !ROWS.includes(family) && isPlain(observed);
  const isEmpty = Array.isArray(observed) && observed.length === 0;
  const seen =
    observed === undefined ? text("saw_unknown", subject)
    : observed === null ? text("saw_nothing", subject)
    : text(isSimple ? "saw_value" : "saw_parts", subject, isEmpty ? text("why_absent") : quoted(observed, role) + (observedCut ? " …" : ""));
  // A circle, polygon or criteria as in the filter.
  const asked = [operand].flat().some((part) => !isPlain(part)) ? cut(shown(operand)) : quoted(operand, role);
  if (isExcluded) return text("so_excluded", seen, operator === "all_of" ? asked : word("comparison", operator, asked));
  const demand = text(`demand_${operator}`, asked, result === false ? text("but") : "");
  return text(`so_${result}`, seen, demand);
}

/** A value in a sentence: texts stand in quotes, and what has parts as JSON. */
function quoted(value, role) {
  if (value === undefined) return "";
  if (Array.isArray(value) && value.every((part) => typeof part !== "object")) return cut(value.map((part) => quoted(part, role)).join(", "));
  if (typeof value === "object") return cut(JSON.stringify(value));
  if (typeof value === "number") return exact(value);
  if (typeof value === "boolean") return word("word", String(value));
  return role ? word("word", value) : text("quoted", cut(value));
}

/** A comparison with its value in its place. */
const compared = (comparison, value, name) => word("comparison", comparison, value === undefined ? "" : shown(value, name)).trim();

/** A value, or a field of a filter with what stands in it. */
function shown(value, name) {
  if (Array.isArray(value)) return value.map((part) => shown(part)).join(", ");
  if (typeof value === "object" && value !== null) {
    const { comparison, value: operand, ...rest } = value;
    const inside = Object.entries(rest).map(([key, part]) => `${word("field", key)} ${shown(part)}`);
    return comparison === undefined ? inside.join(", ") : `${rest.name ?? rest.path} ${compared(comparison, operand)}`;
  }
  if (typeof value === "number") return name === "days" ? text("in_days", value) : exact(value);
  if (typeof value === "boolean") return word("word", String(value));
  // Only words of the wire are translated: what a person named stays.
  return WORDED.includes(name) ? word("word", value) : String(value);
}
