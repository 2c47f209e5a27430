// What filters there are, read from the package's own JSON Schema: this page keeps no list of them.
//
// A family has one form or several, which differ by the words of one field (the metric of an event, the name
// of a default attribute) or by the fields that they need. A form has fields and tests: which comparison takes
// which value.

const ASKED = ["comparison", "value"];

export async function loadSchema() {
  const response = await fetch(import.meta.resolve("kohort/segment.schema.json"));
  return response.json();
}

const resolve = (schema, definitions) => (schema.$ref ? definitions[schema.$ref.split("/").at(-1)] : schema);

/** The families by their key, each as its forms: [key, form[]]. */
export function familiesOf({ definitions }) {
  const entries = Object.entries(definitions.filter.properties).filter(([key]) => key !== "AND" && key !== "OR");
  return entries.map(([key, schema]) => {
    const family = resolve(schema, definitions);
    return [key, family.anyOf ?? [family]];
  });
}

/** The field whose words tell the forms of a family apart. */
function telling(forms) {
  if (forms.length < 2) return undefined;
  const words = (form, key) => JSON.stringify(form.properties[key]?.enum);
  const keys = forms.flatMap((form) => Object.keys(form.properties)).filter((key) => !ASKED.includes(key));
  return keys.find((key) => forms.some((form) => form.properties[key]?.enum) && new Set(forms.map((form) => words(form, key))).size === forms.length);
}

/** What a person chooses first of a family: { form, key?, word? }; `key` says what tells the forms apart. */
export function choicesOf(forms) {
  const key = telling(forms);
  if (key === undefined) return forms.map((form) => ({ form, key: forms.length > 1 ? ownField(form, forms) : undefined }));
  return forms.flatMap((form) => form.properties[key]?.enum.map((word) => ({ form, key, word })) ?? [{ form, key }]);
}

/** A field that only this form has. */
const ownField = (form, forms) =>
  Object.keys(form.properties).find((key) => forms.every((other) => other === form || !(key in other.properties)));

/** The fields of a form but what is asked and what was chosen: { name, schema, isNeeded }. */
export function fieldsOf(form, chosen) {
  return Object.entries(form.properties)
    .filter(([name]) => !ASKED.includes(name) && name !== chosen)
    .map(([name, schema]) => ({ name, schema, isNeeded: form.required?.includes(name) ?? false }));
}

/** The comparisons of a form, each with the schemas of its value and the fields that do not go with it. */
export function comparisonsOf(form) {
  const found = new Map();
  for (const part of form.allOf ?? []) {
    for (const { properties = {}, required = [] } of part.anyOf ?? [part]) {
      for (const word of properties.comparison?.enum ?? []) {
        const entry = found.get(word) ?? { word, values: [], without: new Set() };
        if (required.includes("value")) entry.values.push(properties.value);
        for (const [name, schema] of Object.entries(properties)) if (schema === false) entry.without.add(name);
        found.set(word, entry);
      }
    }
  }
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}

const NEGATIVE = /(^|_)(not|none|dont|doesnt|isnt|outside)(_|$)/;
/** What affirms and takes a value comes first. */
const rank = ({ word, values, without }) => (values.length === 0 && without.size === 0 ? 2 : 0) + (NEGATIVE.test(word) ? 1 : 0);

/** What a value may be: { kinds: of "string", "number" and "boolean", isList, words?, minimum?, maximum? }. */
export function valueOf(schemas) {
  const out = { kinds: [], isList: false };
  const look = (schema) => {
    if (schema.anyOf) return schema.anyOf.forEach(look);
    if (schema.enum) return void (out.words = schema.enum);
    if (schema.type === "array") {
      out.isList = true;
      return look(schema.items);
    }
    const kind = schema.type === "integer" ? "number" : schema.type;
    if (!out.kinds.includes(kind)) out.kinds.push(kind);
    if (kind === "number") Object.assign(out, { minimum: schema.minimum, maximum: schema.maximum });
  };
  schemas.forEach(look);
  return out;
}
