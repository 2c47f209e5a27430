// Form fields for a part of the JSON Schema. Each answers { element, read }, where `read` gives the JSON value,
// undefined where nothing was given, and throws a FieldFault for what is none.
import { byId, make } from "./elements.js";
import { comparisonsOf, fieldsOf, valueOf } from "./filter_schema.js";
import { word } from "./filter_words.js";
import { text } from "./texts.js";

export class FieldFault extends Error {
  constructor(key, field) {
    super(text(key));
    this.field = field;
  }
}

/**
 * Fields under one form; `redraw(field)` draws it again after a choice in one; `kept` is a Map of what was typed, by the
 * fields' places, which outlives the fields; `kindOf(name)` says of what kind the values of a custom attribute are.
 */
export function inputsOf(kept, redraw, kindOf) {
  const remember = (place, field) => {
    if (kept.has(place)) field.value = kept.get(place);
    // A choice that is not among these any more is none.
    if (field.matches("select") && field.selectedIndex < 0) field.selectedIndex = 0;
    field.addEventListener(field.matches("select") ? "change" : "input", () => kept.set(place, field.value));
    field.id = `filter-${place}`;
    return field;
  };

  const labelled = (words, field) => {
    const label = make("label", { class: "field-label", for: field.id }, words);
    return make("div", {}, label, field);
  };

  /** A select that draws the form again when something else is chosen. */
  function select(place, words, options, { redraws = false } = {}) {
    const field = remember(place, make("select", {}, ...options.map(([value, shown]) => make("option", { value }, shown))));
    if (redraws) field.addEventListener("change", () => redraw(field));
    return { element: labelled(words, field), read: () => field.value, field };
  }

  function line(place, words, attributes, convert) {
    const field = remember(place, make("input", { autocomplete: "off", autocapitalize: "off", spellcheck: "false", ...attributes }));
    const given = () => kept.get(place) ?? ""; // not of the field: where one is typed in, it outlives a drawing
    return { element: labelled(words, field), read: () => (given() === "" ? undefined : convert(given(), field)), field };
  }

  const numberFrom = (value, field) => {
    const number = Number(value);
    if (!Number.isFinite(number) || value.trim() === "") throw new FieldFault("form_bad_number", field);
    return number;
  };

  function json(place, words) {
    const field = remember(place, make("textarea", { rows: "3", spellcheck: "false", autocomplete: "off" }));
    const read = () => {
      if (field.value.trim() === "") return undefined;
      try {
        return JSON.parse(field.value);
      } catch {
        throw new FieldFault("form_bad_json", field);
      }
    };
    const element = labelled(text("form_json", words), field);
    element.className = "wide";
    return { element, read };
  }

  const range = ({ minimum: min, maximum: max }) => ({ type: "number", step: "any", min, max });

  /** A field of a filter. */
  function fieldOf({ name, schema, isNeeded }, place) {
    const words = isNeeded ? word("field", name) : text("form_optional", word("field", name));
    if (schema.enum) {
      const options = schema.enum.map((value) => [value, word("word", value)]);
      return select(place, words, isNeeded ? options : [["", "–"], ...options]);
    }
    if (schema.type === "number" || schema.type === "integer") return line(place, words, range(schema), numberFrom);
    if (schema.type === "string") return line(place, words, {}, (value) => value);
    if (schema.type !== "object") return json(place, words);
    const inner = body(schema, undefined, `${place}-`);
    const element = make("fieldset", { class: "wide fields" }, make("legend", { class: "field-label" }, words), ...inner.elements);
    const read = () => {
      const value = inner.read();
      return isNeeded || Object.keys(value).length > 0 ? value : undefined;
    };
    return { element, read };
  }

  /** The value of a comparison, if it takes one, of the attribute whose name stands in the line `named`. */
  function operand(schemas, place, named) {
    const { kinds, isList, words, ...bounds } = valueOf(schemas);
    if (words) return [select(`${place}value-word`, text("form_value"), words.map((value) => [value, word("word", value)]))];
    let kind = kinds[0];
    const parts = [];
    if (kinds.length > 1) {
      const choice = select(`${place}kind`, text("form_kind"), kinds.map((each) => [each, text(`kind_${each}`)]), { redraws: true });
      if (!kept.has(`${place}kind`)) {
        // As long as nobody chose, the profiles say it, and most attributes are texts.
        const usual = () => [named && kindOf(named.read() ?? ""), "string"].find((each) => kinds.includes(each));
        choice.field.value = usual();
        named?.field.addEventListener("input", () => usual() !== byId(choice.field.id).value && redraw(named.field));
      }
      parts.push({ element: choice.element });
      kind = choice.read();
    }
    if (kind === "boolean") {
      const choice = select(`${place}value-boolean`, text("form_value"), [["true", word("word", "true")], ["false", word("word", "false")]]);
      return [...parts, { element: choice.element, read: () => choice.read() === "true" }];
    }
    if (!isList) {
      const attributes = kind === "number" ? range(bounds) : {};
      return [...parts, line(`${place}value`, text("form_value"), attributes, kind === "number" ? numberFrom : (value) => value)];
    }
    const field = remember(`${place}values`, make("textarea", { rows: "2", spellcheck: "false", autocomplete: "off" }));
    const read = () => {
      const values = field.value.split("\n").filter((value) => value !== "");
      const read = kind === "number" ? values.map((value) => numberFrom(value, field)) : values;
      return read.length > 1 ? read : read[0];
    };
    return [...parts, { element: labelled(text("form_values"), field), read }];
  }

  /** All fields of a form of a filter, but for what was chosen already: { elements, read }. */
  function body(form, chosen, place) {
    const comparisons = comparisonsOf(form);
    const [first] = comparisons;
    const options = comparisons.map(({ word: name }) => [name, word("comparison", name, "…")]);
    const asked = first && select(`${place}comparison`, text("form_comparison"), options, { redraws: true });
    const comparison = first && comparisons.find(({ word: name }) => name === asked.read());
    const fields = fieldsOf(form, chosen)
      .filter(({ name }) => !comparison?.without.has(name))
      .map((field) => ({ name: field.name, ...fieldOf(field, `${place}${field.name}`) }));
    const value = comparison?.values.length > 0 ? operand(comparison.values, place, fields.find(({ name }) => name === "custom_attribute_name")) : [];
    const read = () => {
      const out = {};
      const put = (name, given) => given !== undefined && given !== "" && (out[name] = given);
      for (const field of fields) put(field.name, field.read());
      if (asked) out.comparison = asked.read();
      put("value", value.at(-1)?.read());
      return out;
    };
    return { elements: [...fields, ...(asked ? [asked] : []), ...value].map(({ element }) => element), read };
  }

  return { select, body };
}
