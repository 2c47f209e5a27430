// Which fields of a profile a definition asks about, as columns of the table of members: { field, head, cell }.
import { word } from "./filter_words.js";
import { exact, number, text } from "./texts.js";

const MOST_COLUMNS = 6;
const LONGEST = 80; // characters of a cell

const date = (value) => (typeof value === "string" ? value.slice(0, 10) : undefined);
const latest = (apps) => apps?.map((app) => app.last_used).filter(Boolean).sort().at(-1);

/** One field under the name of its family. */
const plain = (field) => (_, family) => ({ field, head: word("family", family) });
const state = (field) => (_, family) => ({ field, head: word("family", family), cell: (value) => value && word("word", value) });
/** The entry of a list that has the name that a filter asks for. */
const named = (field, name, head) => ({
  field,
  head,
  cell: (list = []) => list.filter((entry) => name === undefined || entry.name === name).map((entry) => [name === undefined && entry.name, entry.count && `${number(entry.count)}×`, date(entry.last)].filter(Boolean).join(" ")).join(", "),
});

/** What each family looks at, of its body. A cohort is no field of a profile, and so it is with segments. */
const FIELDS = {
  custom_attribute: ({ custom_attribute_name: name }) => ({ field: `custom_attributes.${name}`, head: name }),
  nested_custom_attribute: ({ custom_attribute_name: name }) => ({ field: `custom_attributes.${name}`, head: name }),
  default_attribute: ({ attribute_name: name }) => ({ field: name === "age" ? "dob" : name, head: word("word", name === "age" ? "dob" : name) }),
  email_subscription_status: state("email_subscribe"),
  push_subscription_status: state("push_subscribe"),
  last_used_app: (_, family) => ({ field: "apps", head: word("family", family), cell: (apps) => date(latest(apps)) }),
  custom_event: ({ event_name: name }) => named("custom_events", name, name),
  purchase: ({ product_id: name }, family) => named("purchases", name, name ?? word("family", family)),
  session: plain("apps"),
  app: plain("apps"),
  device: plain("devices"),
  location: plain("last_coordinates"),
  random_bucket: plain("random_bucket"),
  message: ({ kind }) => ({ field: { campaign: "campaigns_received", card: "cards_clicked" }[kind] ?? "canvases_received", head: word("word", kind) }),
  channel_reachable: ({ channel }) => ({ field: { email: "email", sms: "phone" }[channel] ?? "push_tokens", head: word("word", channel) }),
  install_attribution: ({ attribute_name: name }) => ({ field: `attributed_${name}`, head: word("word", name) }),
  recurring_day: ({ custom_attribute_name: name }) => (name ? { field: `custom_attributes.${name}`, head: name } : { field: "dob", head: word("word", "dob") }),
};

/** The columns of a definition that compiles. */
export function columnsOf({ filter, exclude = [] }) {
  const found = new Map();
  const look = (node) => {
    const [family, body] = Object.entries(node)[0];
    if (Array.isArray(body)) return body.forEach(look);
    const column = FIELDS[family]?.(body, family);
    if (column) found.set(`${column.field} ${column.head}`, column);
  };
  for (const node of [...(filter ? [filter] : []), ...exclude]) look(node);
  return [...found.values()].slice(0, MOST_COLUMNS);
}

/** What stands in a cell. */
export function cellOf({ field, cell }, fields) {
  const value = fields?.[field];
  const said = cell ? (cell(value) ?? "") : shown(value);
  return said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
}

function shown(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return exact(value);
  if (typeof value === "boolean") return text(`word_${value}`);
  if (typeof value === "string") return value;
  // Of objects with names these say most.
  if (Array.isArray(value)) return value.map((part) => (part && (part.name ?? part.model ?? part.os ?? part.platform)) ?? shown(part)).join(", ");
  return JSON.stringify(value);
}
