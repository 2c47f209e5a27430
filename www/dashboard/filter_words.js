// A filter as people read it.
import { exact, text } from "./texts.js";

const MOST = 300; // characters
const WORDED = ["metric", "attribute_name", "kind", "channel", "state"]; // fields whose texts are words of the wire
const STATES = ["email_subscription_status", "push_subscription_status", "subscription_group"]; // families whose values are
const SELF_EVIDENT = ["custom_attribute", "nested_custom_attribute", "default_attribute"];

/** A word of the wire in the page's language; one that it does not know stays as it is. */
export function word(role, name, ...fill) {
  const key = `${role}_${name}`;
  const words = text(key, ...fill);
  return words === key ? name.replaceAll("_", " ") : words;
}

/** A whole filter, cut where it is long. */
export function inWords(filter) {
  const words = said(filter);
  return words.length > MOST ? `${words.slice(0, MOST)}…` : words;
}

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
  const subject =
    family === "partner_cohort"
      ? [text("partner_cohorts", `${fields.partner ?? ""}`.replace(/^./, (letter) => letter.toUpperCase()))]
      : [...(SELF_EVIDENT.includes(family) ? [] : [word("family", family)]), ...Object.entries(fields).map(([name, field]) => shown(field, name))];
  const name = STATES.includes(family) ? "state" : undefined;
  return [...subject, comparison === undefined ? "" : compared(comparison, value, name)].filter(Boolean).join(" ");
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
