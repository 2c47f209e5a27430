// Who would be targeted: the segment that a person writes, asked of the page's workspace as they write it.
import { loadRegex } from "kohort";
import { columnsOf } from "./asked_fields.js";
import { parsed, placeIn, steps, withCondition, written } from "./definition.js";
import { byId, make, show } from "./elements.js";
import { loadRules, showExplanation } from "./explain_view.js";
import { drawForm, startForm } from "./filter_form.js";
import { loadSchema } from "./filter_schema.js";
import { showCount, showFunnel } from "./funnel_view.js";
import { whenTyped } from "./inputs.js";
import { nameOf, pageOf, showMembers } from "./members_view.js";
import { entriesOf } from "./problems_view.js";
import { startingPoints } from "./starting_points.js";
import { text } from "./texts.js";
import { kindOfAttribute } from "./value_kind.js";

const encoder = new TextEncoder();

let workspace; // who is known, and the cohorts
let cohort; // the one that was applied last
let segment; // what the definition compiled to
let asked; // its text, as an object
let found = { problems: [], warnings: [] }; // what was said of it
let patterns; // what is said while that which matches regular expressions is missing
let page; // of the members
let explained; // whose explanation is shown: { name, refs }

const field = () => byId("definition");

export function startTargeting() {
  whenTyped(field(), () => {
    byId("added").textContent = "";
    compile();
  });
  byId("definition-problems").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) putName(button.dataset);
  });
  byId("start-again").addEventListener("click", () => put({}));
  byId("why-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const id = byId("why-id").value;
    if (id !== "") explain({ name: id, refs: ["external_id", "braze_id", "device_id"].map((kind) => ({ [kind]: id })) });
  });
  loadSchema().then((schema) => startForm(schema, add, kindOf), () => show("form-card", false));
  loadRules().catch(() => {}); // then the rules stand there by their codes
}

/** Another workspace, or none. What a person wrote stays. */
export function useWorkspace(next) {
  workspace = next;
  cohort = undefined;
  page = undefined;
  explained = undefined;
  segment = undefined; // went with its workspace
  compile();
}

/** A cohort was applied to it: { partner, cohortId, name }. An editor in which nothing stands asks for it. */
export function useCohort(next) {
  cohort = next;
  if (Object.keys(parsed(field().value) ?? { kept: true }).length === 0) add(startingPoints(cohort)[0].condition, "AND");
  else compile();
}

// ---- the definition -----------------------------------------------------------------------------

const kindOf = (name) => (workspace && name !== "" ? whileMemoryLasts(() => kindOfAttribute(workspace, name)) : undefined);

/** Joins a condition to what stands in the editor; answers what is said of it. */
function add(condition, how) {
  const definition = parsed(field().value);
  const next = definition && withCondition(definition, condition, how);
  const words = text(definition ? (next ? "added" : "there_already") : "mend_first");
  if (next) put(next);
  byId("added").textContent = words;
  return definition ? "" : words;
}

function put(definition) {
  field().value = Object.keys(definition).length === 0 ? "" : written(definition);
  byId("added").textContent = "";
  compile();
}

/** Puts a name that may be meant in the place of the one that is told at this path, and shows where. */
function putName({ path, name }) {
  const problem = [...found.problems, ...found.warnings].find((each) => each.path === path);
  const place = problem && placeIn(field().value, found.source, problem);
  if (!place) return compile(); // somebody typed meanwhile
  field().setRangeText(JSON.stringify(name), ...place, "select");
  compile();
  field().focus();
  byId("added").textContent = text("name_put", name);
}

/** Compiles what stands in the editor. The page of members stays where it was if the definition does. */
function compile() {
  const before = JSON.stringify(asked);
  segment?.free();
  segment = undefined;
  found = { problems: [], warnings: [] };
  asked = undefined;
  if (workspace) {
    const source = field().value.trim() === "" ? "{}" : field().value;
    const bytes = encoder.encode(source);
    found = { ...compiled(bytes), source: bytes };
    segment = found.segment;
    if (segment) asked = parsed(source);
  }
  if (JSON.stringify(asked) !== before) page = undefined;
  draw();
}

/** What the workspace says of a definition. What matches patterns is loaded when one is first written. */
function compiled(source) {
  try {
    return workspace.compileSegment(source);
  } catch (fault) {
    if (fault?.name !== "RegexNeeded") throw fault;
    if (patterns === undefined) {
      patterns = "count_pattern";
      loadRegex().then(compile, () => {
        patterns = "count_no_pattern";
        compile();
      });
    }
    return { problems: [], warnings: [], missing: patterns };
  }
}

// ---- what is shown of it ------------------------------------------------------------------------

/** Draws all of it again, in another language. */
export function translateTargeting() {
  drawForm();
  draw();
}

function draw() {
  show("targeting", Boolean(workspace));
  if (!workspace) return;
  drawStarts();
  drawProblems();
  field().setAttribute("aria-invalid", String(found.problems.length > 0));
  const known = workspace.userCount;
  const counts = segment && whileMemoryLasts(() => segment.count());
  const rows = counts && whileMemoryLasts(() => steps(asked).map(counted));
  showCount({ counts, known, warnings: found.warnings, words: text(segment ? "count_too_much" : (found.missing ?? "count_wrong")) });
  show("funnel-part", Boolean(rows));
  if (rows) showFunnel(rows, known);
  if (counts) turn(page?.offset ?? 0);
  else showMembers({});
  show("why-card", Boolean(counts));
  if (explained && counts) showWhy();
}

/** Only news is announced: what was said already is not written again. */
function drawProblems() {
  const entries = entriesOf({ ...found, problems: [...found.problems, ...found.warnings] });
  const list = byId("definition-problems");
  if (list.innerHTML !== entries.map((entry) => entry.outerHTML).join("")) list.replaceChildren(...entries);
  const fine = byId("definition-fine");
  const words = entries.length === 0 ? text("definition_fine") : "";
  if (fine.textContent !== words) fine.textContent = words;
}

/** A count can be more than there is memory for, and throws then. */
function whileMemoryLasts(count) {
  try {
    return count();
  } catch {
    return undefined;
  }
}

function drawStarts() {
  byId("starts").replaceChildren(
    ...startingPoints(cohort).map(({ key, fill, condition, how }) => {
      const button = make("button", { type: "button", class: "small", "data-start": key }, text(key, ...fill));
      button.addEventListener("click", () => {
        add(condition, how);
        document.querySelector(`[data-start="${key}"]`)?.focus(); // the buttons were made anew
      });
      return make("li", {}, button);
    }),
  );
}

/** A step of the funnel with its counts. */
function counted({ part, how, definition }) {
  const { segment: step } = workspace.compileSegment(definition);
  const { count, unknown } = step.count();
  step.free();
  return { part, how, count, unknown };
}

function turn(offset) {
  const columns = columnsOf(asked);
  page = pageOf(segment, columns, { offset, revision: page?.revision });
  showMembers({ page, columns, turn, why });
}

// ---- why ----------------------------------------------------------------------------------------

function why({ fields, ...ref }) {
  explain({ name: nameOf(ref), refs: [ref] });
  byId("why-title").focus();
}

function explain(whom) {
  explained = whom;
  showWhy();
}

/** An id that somebody typed may be of any kind: the first kind that a known user has it as is meant. */
function showWhy() {
  const said = explained.refs.map((ref) => segment.explain(ref)).find(({ ok }) => ok);
  showExplanation({ name: explained.name, said, definition: asked });
}
