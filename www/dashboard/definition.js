// A definition of a segment as the editor holds it: text that a person writes, to which conditions are added.

const WIDTH = 50; // characters of a line in the editor

/** JSON with short parts in one line, so that a filter reads as one. `before` stands in the line already. */
export function written(value, indent = "", before = indent) {
  const short = oneLine(value);
  if (typeof value !== "object" || value === null || (before.length + short.length <= WIDTH && depth(value) < 3)) return short;
  const member = ([key, part], indent, lead) => {
    const name = `${JSON.stringify(key)}: `;
    return name + written(part, indent, lead + name);
  };
  const entries = Object.entries(value);
  // A key alone takes no line of its own.
  if (!Array.isArray(value) && entries.length === 1) return `{ ${member(entries[0], indent, `${before}{ `)} }`;
  const inner = `${indent}  `;
  const parts = Array.isArray(value) ? value.map((part) => written(part, inner)) : entries.map((entry) => member(entry, inner, inner));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.map((part) => inner + part).join(",\n")}\n${indent}${close}`;
}

function oneLine(value) {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${oneLine(part)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

const depth = (value) =>
  typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;

/** The object that a text is, or undefined where it is none. */
export function parsed(text) {
  if (text.trim() === "") return {};
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The conditions that are joined at the top: { joiner: "AND" | "OR", parts }. */
export function top({ filter }) {
  if (filter === undefined) return { joiner: "AND", parts: [] };
  for (const joiner of ["AND", "OR"]) if (Array.isArray(filter?.[joiner])) return { joiner, parts: filter[joiner] };
  return { joiner: "AND", parts: [filter] };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * A definition with one condition more, joined by "AND" or "OR" or excluded ("NOT"), or undefined where it
 * stands there already. All else stays as it was.
 */
export function withCondition(definition, condition, how) {
  if (how === "NOT") {
    const exclude = Array.isArray(definition.exclude) ? definition.exclude : [];
    return exclude.some((part) => same(part, condition)) ? undefined : { ...definition, exclude: [...exclude, condition] };
  }
  const { joiner, parts } = top(definition);
  if (parts.length === 0) return { ...definition, filter: condition };
  const fits = joiner === how || parts.length === 1;
  if (fits && parts.some((part) => same(part, condition))) return undefined;
  return { ...definition, filter: { [how]: fits ? [...parts, condition] : [definition.filter, condition] } };
}

const MOST_STEPS = 12;

/**
 * The definition step by step: with its first condition, the first two … as { part, how, definition }, where
 * `how` is "apps", "AND", "OR" or "NOT". Of many conditions the last step has all the others at once, and no part.
 */
export function steps(definition) {
  const { joiner, parts } = top(definition);
  const excluded = definition.exclude ?? [];
  const { apps } = definition;
  const out = apps === undefined || apps === "all" ? [] : [{ part: apps, how: "apps", definition: { apps } }];
  parts.forEach((part, at) => out.push({ part, how: joiner, definition: { apps, filter: { [joiner]: parts.slice(0, at + 1) } } }));
  const { filter } = definition;
  excluded.forEach((part, at) => out.push({ part, how: "NOT", definition: { apps, filter, exclude: excluded.slice(0, at + 1) } }));
  return out.length > MOST_STEPS ? [...out.slice(0, MOST_STEPS - 1), { part: undefined, how: joiner, definition: { apps, filter, exclude: excluded } }] : out;
}

/** What a pointer leads to. */
export const at = (definition, pointer) => pointer.split("/").slice(1).reduce((value, key) => value?.[key], definition);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Where the name that a problem is of stands in the editor with its quotes, as [start, end], or undefined where the
 * editor does not hold the bytes any more that the problem is of, or no name stands there.
 */
export function placeIn(text, source, { offset, endOffset }) {
  const [all, before, named] = [source, source.subarray(0, offset), source.subarray(offset, endOffset)].map((part) => decoder.decode(part));
  if (text.length !== all.length || !text.startsWith(before + named)) return undefined;
  const quotes = named.startsWith('"') ? 0 : 1; // that of a key ends within them
  const place = [before.length - quotes, before.length + named.length + quotes];
  return /^"[^]*"$/.test(text.slice(...place)) ? place : undefined;
}
