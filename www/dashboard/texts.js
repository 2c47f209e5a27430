// Every text of the page, in English and German: the import's here, those of segments, filters and problems in
// files of their own.
// `{0}`, `{1}` … stand for numbers or words that are filled in.
import { DEMAND_TEXTS } from "./demand_texts.js";
import { FILTER_TEXTS } from "./filter_texts.js";
import { GERMAN_PATTERNS } from "./pattern_texts.js";
import { GERMAN_NEEDS, GERMAN_PROBLEMS } from "./problem_texts.js";
import { SEGMENT_TEXTS } from "./segment_texts.js";

const TEXTS = {
  ...SEGMENT_TEXTS,
  ...FILTER_TEXTS,
  ...DEMAND_TEXTS,
  title: ["kohort · Import preview", "kohort · Importvorschau"],
  skip: ["Skip to the results", "Zu den Ergebnissen springen"],
  subtitle: ["Preview a cohort import before Braze sees it", "Einen Kohortenimport ansehen, bevor Braze ihn sieht"],
  language: ["Language", "Sprache"],
  inputs: ["Inputs", "Eingaben"],
  results: ["Results", "Ergebnisse"],
  request_title: ["What is sent", "Was gesendet wird"],
  request_hint: [
    "Drop a Heap webhook or a Braze cohort request here, choose a file, or paste it.",
    "Einen Heap-Webhook oder eine Braze-Kohortenanfrage hierher ziehen, als Datei wählen oder einfügen.",
  ],
  request_text: ["Body of the request", "Inhalt der Anfrage"],
  choose_file: ["Choose a file", "Datei wählen"],
  kind_webhook: ["Heap webhook", "Heap-Webhook"],
  kind_users: ["Braze users request", "Braze-Nutzeranfrage"],
  kind_name: ["Braze name request", "Braze-Namensanfrage"],
  kind_none: ["not recognised", "nicht erkannt"],
  too_large_to_show: ["The file is too large to be shown here. It is used all the same.", "Die Datei ist zu groß, um hier gezeigt zu werden. Verwendet wird sie trotzdem."],
  profiles_title: ["Who Braze knows", "Wen Braze kennt"],
  profiles_hint: [
    "Drop a file of user profiles (as Braze exports them, also gzip or zip, or CSV) or choose one.",
    "Eine Datei mit Nutzerprofilen (wie Braze sie exportiert, auch gzip oder zip, oder CSV) hierher ziehen oder wählen.",
  ],
  loading: ["Loading profiles", "Profile werden geladen"],
  loading_so_far: ["{0} users so far", "bisher {0} Nutzer"],
  cancel: ["Cancel", "Abbrechen"],
  cancelled: ["Cancelled: {0} users were loaded before and stay.", "Abgebrochen: {0} zuvor geladene Nutzer bleiben."],
  loaded: ["{0} users known.", "{0} bekannte Nutzer."],
  rejected: ["{0} lines were refused.", "{0} Zeilen wurden abgelehnt."],
  load_failed: ["The file could not be read.", "Die Datei ließ sich nicht lesen."],
  engine_failed: [
    "The engine could not start: this browser may be too old (Chrome 96, Firefox 89, Safari 16.4 or newer).",
    "Das Rechenmodul ließ sich nicht starten: Der Browser ist vielleicht zu alt (ab Chrome 96, Firefox 89, Safari 16.4).",
  ],
  options_title: ["How it is meant", "Wie es gemeint ist"],
  partner: ["Partner", "Partner"],
  partner_error: ["1 to 64 of a–z, 0–9, _ and -", "1 bis 64 Zeichen aus a–z, 0–9, _ und -"],
  mapping: ["The ids are", "Die IDs sind"],
  mapping_user_ids: ["external ids", "externe IDs"],
  mapping_device_ids: ["device ids", "Geräte-IDs"],
  mapping_aliases: ["alias names", "Aliasnamen"],
  alias_label: ["Label of the aliases", "Label der Aliasse"],
  conflict: ["An id in both lists", "Eine ID in beiden Listen"],
  conflict_remove: ["is removed", "wird entfernt"],
  conflict_add: ["is added", "wird hinzugefügt"],
  conflict_reject: ["stops the import", "hält den Import an"],
  members: [
    "Members of the cohort, one id a line (a drain removes them)",
    "Mitglieder der Kohorte, eine ID je Zeile (eine Leerung entfernt sie)",
  ],
  sample: ["Try with sample data", "Mit Beispieldaten ausprobieren"],
  sample_request: ["Sample of a Braze request", "Beispiel einer Braze-Anfrage"],
  reset: ["Start over", "Neu beginnen"],
  privacy: ["Everything stays in this page: nothing is sent anywhere.", "Alles bleibt auf dieser Seite: Nichts wird irgendwohin gesendet."],
  empty: [
    "Give a request and the profiles of the users Braze knows, or try the sample data. You then see which ids match, which do not, and why.",
    "Geben Sie eine Anfrage und die Profile der Nutzer an, die Braze kennt, oder nehmen Sie die Beispieldaten. Dann sehen Sie, welche IDs passen, welche nicht und warum.",
  ],
  headline_match: ["{0} of {1} ids match a known user", "{0} von {1} IDs passen zu einem bekannten Nutzer"],
  headline_refused: ["This is refused: {0}", "Das wird abgelehnt: {0}"],
  headline_name: ["A good name request: it carries no ids", "Eine gültige Namensanfrage: Sie enthält keine IDs"],
  headline_no_users: [
    "{0} ids received. Load profiles to see who matches.",
    "{0} IDs erhalten. Laden Sie Profile, um zu sehen, wer passt.",
  ],
  errors_one: ["1 problem", "1 Problem"],
  errors_many: ["{0} problems", "{0} Probleme"],
  outcomes_title: ["What becomes of the ids", "Was aus den IDs wird"],
  bar_label: ["{0}: {1}", "{0}: {1}"],
  not_sent: ["Not sent", "Nicht gesendet"],
  not_sent_why: [
    "{0} repeated on the page, {1} in both lists, {2} empty",
    "{0} auf der Seite wiederholt, {1} in beiden Listen, {2} leer",
  ],
  total_rows: ["ids received", "IDs erhalten"],
  total_distinct: ["different ids", "verschiedene IDs"],
  total_people: ["people matched", "Personen gefunden"],
  total_added: ["would enter", "kämen hinzu"],
  total_removed: ["would leave", "würden ausscheiden"],
  total_unchanged: ["unchanged", "unverändert"],
  problems_title: ["Problems", "Probleme"],
  profile_problems: ["in the profiles", "in den Profilen"],
  error: ["Error", "Fehler"],
  warning: ["Warning", "Warnung"],
  place: ["line {0}, column {1}", "Zeile {0}, Spalte {1}"],
  plan_title: ["Requests that would be sent", "Anfragen, die gesendet würden"],
  plan_note: [
    "At most 1,000 ids each, one after another. The two keys are put in only when a request is sent.",
    "Je höchstens 1.000 IDs, eine nach der anderen. Die beiden Schlüssel kommen erst beim Senden hinein.",
  ],
  plan_number: ["No.", "Nr."],
  plan_path: ["Path", "Pfad"],
  plan_ids: ["Ids", "IDs"],
  plan_bytes: ["Bytes", "Bytes"],
  plan_key: ["Idempotency key", "Wiederholungsschlüssel"],
  rows_title: ["Id by id", "ID für ID"],
  filter: ["Show", "Zeigen"],
  all: ["All ids", "Alle IDs"],
  csv: ["Download as CSV", "Als CSV herunterladen"],
  csv_done: ["{0} rows written.", "{0} Zeilen geschrieben."],
  row_number: ["No.", "Nr."],
  row_id: ["Id", "ID"],
  row_change: ["Change", "Änderung"],
  row_outcome: ["Outcome", "Ergebnis"],
  row_effect: ["Effect", "Wirkung"],
  row_none: ["No id has this outcome.", "Keine ID hat dieses Ergebnis."],
  change_add: ["add", "hinzufügen"],
  change_remove: ["remove", "entfernen"],
  pages: ["Pages", "Seiten"],
  previous: ["Previous", "Zurück"],
  next: ["Next", "Weiter"],
  page_of: ["{0}–{1} of {2}", "{0}–{1} von {2}"],
  effect_none: ["none", "keine"],
  effect_adds: ["enters", "kommt hinzu"],
  effect_removes: ["leaves", "scheidet aus"],
  effect_already_member: ["is a member already", "ist schon Mitglied"],
  effect_not_a_member: ["was no member", "war kein Mitglied"],

  outcome_matched_external_id: ["Matched by external id", "Über externe ID gefunden"],
  why_matched_external_id: ["A known user has this external id.", "Ein bekannter Nutzer hat diese externe ID."],
  outcome_matched_alias: ["Matched by alias", "Über Alias gefunden"],
  why_matched_alias: ["A known user has this alias.", "Ein bekannter Nutzer hat diesen Alias."],
  outcome_matched_device_id: ["Matched by device", "Über Gerät gefunden"],
  why_matched_device_id: ["The device belongs to one anonymous user.", "Das Gerät gehört zu einem anonymen Nutzer."],
  outcome_unknown_external_id: ["Unknown external id", "Unbekannte externe ID"],
  why_unknown_external_id: ["No user has it. An import creates nobody.", "Kein Nutzer hat sie. Ein Import legt niemanden an."],
  outcome_unknown_alias: ["Unknown alias", "Unbekannter Alias"],
  why_unknown_alias: [
    "No user has this pair of name and label.",
    "Kein Nutzer hat dieses Paar aus Name und Label.",
  ],
  outcome_unknown_device_id: ["Unknown device", "Unbekanntes Gerät"],
  why_unknown_device_id: ["No user has this device.", "Kein Nutzer hat dieses Gerät."],
  outcome_device_of_identified_user: ["Device of an identified user", "Gerät eines identifizierten Nutzers"],
  why_device_of_identified_user: [
    "Who has an external id is not matched by a device. Send the external id or an alias.",
    "Wer eine externe ID hat, wird nicht über ein Gerät gefunden. Senden Sie die externe ID oder einen Alias.",
  ],
  outcome_ambiguous_device_id: ["Device of several users", "Gerät mehrerer Nutzer"],
  why_ambiguous_device_id: [
    "More than one anonymous user has this device, so it names none of them.",
    "Mehr als ein anonymer Nutzer hat dieses Gerät, also benennt es keinen.",
  ],
  outcome_duplicate: ["Repeated", "Wiederholt"],
  why_duplicate: ["The id came before, in the same direction.", "Die ID kam schon vor, in derselben Richtung."],
  outcome_superseded: ["Overridden", "Überholt"],
  why_superseded: [
    "The id comes again later, in the other direction: the last one counts.",
    "Die ID kommt später in der anderen Richtung noch einmal: Die letzte zählt.",
  ],
  outcome_invalid: ["Can match nobody", "Kann niemanden finden"],
  why_invalid: ["The id is empty or longer than 997 bytes.", "Die ID ist leer oder länger als 997 Bytes."],
};

const LANGUAGES = ["en", "de"];
const START_KEY = "kohort-language";
let language = stored() ?? (globalThis.navigator?.language?.startsWith("de") ? "de" : "en");

// A page whose storage is closed asks again each time.
function stored() {
  try {
    const value = localStorage.getItem(START_KEY);
    return LANGUAGES.includes(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const currentLanguage = () => language;

export function setLanguage(next) {
  language = next;
  try {
    localStorage.setItem(START_KEY, next);
  } catch {}
}

export const number = (value) => value.toLocaleString(language);

/** A number that is data, such as a year: no marks between its thousands, and all its digits. */
export const exact = (value) => value.toLocaleString(language, { useGrouping: false, maximumFractionDigits: 17 });

/** A text by its key, with numbers as the language writes them. */
export function text(key, ...fill) {
  const words = TEXTS[key]?.[LANGUAGES.indexOf(language)] ?? key;
  return words.replace(/\{(\d)\}/g, (_, at) => (typeof fill[at] === "number" ? number(fill[at]) : (fill[at] ?? "")));
}

/** A problem's message and help: the package's own, or their German ones. */
export function problemText({ code, message, help }) {
  const german = language === "de" && GERMAN_PROBLEMS[code];
  if (!german) return { message, help };
  // What is filled into the English message is filled into the German one: a name, and its numbers in order.
  const numbers = message.match(/\d+/g) ?? [];
  const filled = german[0].replace(/\{(\w+)\}/g, (_, key) => (key === "name" ? nameIn(german[0], message) : number(Number(numbers[key] ?? 0))));
  return { message: filled, help: german[1] };
}

/** A name stands in backticks, of which it is the last, or in quotes, or as words behind a colon. */
function nameIn(german, message) {
  if (german.includes("`{name}`")) return message.match(/`([^`]*)`(?!.*`)/)?.[1] ?? "";
  const words = message.match(/"([^"]*)"/)?.[1] ?? message.slice(message.indexOf(": ") + 2);
  return GERMAN_NEEDS[words] ?? GERMAN_PATTERNS[words] ?? words;
}

/** Puts the texts of the language into the page. */
export function translatePage() {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
}
