// The form that adds a filter without writing JSON. What can be chosen comes from the package's JSON Schema.
import { checkSegment } from "kohort";
import { byId } from "./elements.js";
import { choicesOf, familiesOf } from "./filter_schema.js";
import { FieldFault, inputsOf } from "./filter_inputs.js";
import { word } from "./filter_words.js";
import { problemText, text } from "./texts.js";

const kept = new Map(); // what was typed, so that it stays when something else is chosen
let families = [];
let read; // the filter as it is filled in

let kindOf; // of what kind the values of a custom attribute are, by its name

const inputs = inputsOf(kept, (field) => drawForm(field), (name) => kindOf(name));

/** `add(filter, how)` takes a filter that is good and answers what is said of it; `kinds(name)` says the kind of a custom attribute's values. */
export function startForm(schema, add, kinds) {
  kindOf = kinds;
  families = familiesOf(schema);
  byId("filter-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { message, field } = submit(add);
    byId("filter-error").textContent = message;
    field?.focus();
  });
  drawForm();
}

/** Draws it again, in the page's language. `field` is the one in which something was chosen, if one was. */
export function drawForm(field) {
  if (families.length === 0) return;
  const family = inputs.select("family", text("form_family"), families.map(([key]) => [key, word("family", key)]), { redraws: true });
  const name = family.read();
  const choices = choicesOf(families.find(([key]) => key === name)[1]);
  const options = choices.map(({ key, word: chosen }, at) => [String(at), chosen ? word("word", chosen) : word("field", key ?? name)]);
  const choice = choices.length > 1 && inputs.select(`${name}-choice`, text("form_choice"), options, { redraws: true });
  const { form, key, word: chosen } = choices[choice ? Number(choice.read()) : 0];
  const body = inputs.body(form, chosen && key, `${name}-`);
  read = () => ({ [name]: { ...(chosen && { [key]: chosen }), ...body.read() } });
  const joins = ["AND", "OR", "NOT"].map((how) => [how, text(`join_${how}`)]);
  const join = inputs.select("join", text("form_join"), joins);
  put([family.element, ...(choice ? [choice.element] : []), ...body.elements, join.element], field);
  byId("filter-error").textContent = "";
}

/** A field with the focus stays where it is: somebody may be typing the second letter of what they look for. */
function put(elements, field) {
  const place = byId("filter-fields");
  const at = elements.findIndex((element) => element.matches("div") && element.lastChild.id === field?.id);
  if (at < 0) {
    place.replaceChildren(...elements);
    return byId(field?.id)?.focus();
  }
  const stays = field.parentElement;
  for (const other of [...place.children]) if (other !== stays) other.remove();
  stays.before(...elements.slice(0, at));
  stays.after(...elements.slice(at + 1));
}

/** Adds what was filled in, or answers what is wrong with it, and where if that is known. */
function submit(add) {
  try {
    const filter = read();
    const [problem] = checkSegment({ filter }).problems;
    return { message: problem ? problemText(problem).message : add(filter, byId("filter-join").value) };
  } catch (fault) {
    if (fault instanceof FieldFault) return { message: fault.message, field: fault.field };
    throw fault;
  }
}
