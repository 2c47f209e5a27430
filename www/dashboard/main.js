// The page: what was given, and what is shown of it. Everything is computed here, in the browser.
import { init, Workspace } from "kohort";
import { byId, show } from "./elements.js";
import { examine, idReader } from "./import.js";
import { takeFiles, whenTyped } from "./inputs.js";
import { showOutcomes } from "./outcomes_view.js";
import { showPlan } from "./plan_view.js";
import { showProblems } from "./problems_view.js";
import { showRows } from "./rows_view.js";
import { sampleProfiles, sampleRequest, sampleWebhook } from "./samples.js";
import { startTargeting, translateTargeting, useCohort, useWorkspace } from "./targeting.js";
import { currentLanguage, problemText, setLanguage, text, translatePage } from "./texts.js";

const MOST_SHOWN_BYTES = 256 << 10; // of a body, in the text field
const PARTNER = /^[a-z0-9_-]{1,64}$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

let workspace; // who is known
let known = 0; // how many that are
let loading; // what cancels the load under way
let profiles = { state: undefined, problems: [] }; // how the last load went
let body; // the request's bytes
let found; // what was found out about it
let applied; // what applying it did: a function of words
let filter = "";
let offset = 0;

// ---- what was given -----------------------------------------------------------------------------

async function takeRequest(bytes, { typed = false } = {}) {
  body = bytes.length > 0 || typed ? bytes : undefined;
  if (typed && bytes.length === 0) body = undefined;
  if (!typed) {
    const fits = bytes.length <= MOST_SHOWN_BYTES;
    byId("request-text").value = fits ? decoder.decode(bytes) : "";
    byId("request-text").placeholder = fits ? "{ … }" : text("too_large_to_show");
  }
  refresh();
}

async function loadProfiles(source) {
  loading?.abort();
  const own = (loading = new AbortController());
  show("loading", true);
  byId("progress").removeAttribute("value");
  say("");
  const fresh = await Workspace.create();
  try {
    const answer = await fresh.loadProfiles(source, {
      signal: own.signal,
      onProgress: (progress) => showProgress(progress, source.size),
    });
    if (loading !== own) return fresh.free(); // another file was given meanwhile
    profiles = {
      state: () => [text("loaded", known), answer.rejected > 0 && text("rejected", answer.rejected)].filter(Boolean).join(" "),
      problems: [...answer.problems, ...answer.warnings],
    };
    known = fresh.userCount;
  } catch (fault) {
    if (loading !== own) return fresh.free();
    if (fault?.name !== "AbortError") {
      fresh.free();
      profiles = { state: () => text("load_failed"), problems: [] };
      return finishLoading(own);
    }
    known = fresh.userCount; // what was taken before stays
    profiles = { state: () => text("cancelled", known), problems: [] };
  }
  workspace?.free();
  workspace = fresh;
  useWorkspace(known > 0 ? workspace : undefined);
  finishLoading(own);
}

function showProgress({ bytes, loaded }, size) {
  if (size) byId("progress").value = Math.min(1, bytes / size);
  say(text("loading_so_far", loaded));
}

function finishLoading(own) {
  if (loading === own) loading = undefined;
  show("loading", false);
  refresh();
}

const say = (words) => (byId("profiles-state").textContent = words);

// ---- what is shown of it ------------------------------------------------------------------------

/** Looks at everything again. */
function refresh() {
  applied = undefined;
  filter = "";
  offset = 0;
  const partner = byId("partner").value;
  const goodPartner = PARTNER.test(partner);
  byId("partner").setAttribute("aria-invalid", String(!goodPartner));
  found = undefined;
  if (body && goodPartner) {
    const members = byId("members").value.split(/\r?\n/).filter((id) => id !== "");
    found = examine(body, {
      partner,
      mapping: byId("mapping").value,
      aliasLabel: byId("alias-label").value,
      conflict: byId("conflict").value,
      members,
    });
    found.about = body;
    if (found.source && known > 0) preview(partner);
  }
  draw();
}

function preview(partner) {
  const report = workspace.previewCohortRequest(found.source, { partner });
  if (!report.ok) {
    found.ok = false;
    found.problems = report.problems;
    found.about = found.plan ? undefined : body; // a plan's text is not the person's
    return;
  }
  found.report = report;
  found.idOf = idReader(found);
}

/** Does in the page's own workspace what the request would do at Braze. */
function apply() {
  const partner = byId("partner").value;
  const answer = workspace.applyCohortRequest(found.source, { partner });
  if (!answer.ok) {
    const [{ message }] = answer.problems.map(problemText);
    applied = () => text("apply_failed", message);
  } else {
    const { cohort_id: cohortId } = JSON.parse(found.plan ? found.plan.requests[0].body : decoder.decode(body));
    const cohort = workspace.cohorts().find((each) => each.partner === partner && each.cohortId === cohortId);
    // What it is called comes to Braze by a name request, and stands in the webhook already. The page's workspace
    // is told too, so that a segment that names the cohort is answered with its id.
    if (found.cohortName) workspace.applyCohortRequest(JSON.stringify({ cohort_id: cohortId, name: found.cohortName, created_at: new Date().toISOString() }), { partner });
    const name = found.cohortName || cohort?.name || cohortId;
    applied = () => text("applied", answer.added, answer.removed, name, cohort?.memberCount ?? 0);
    useCohort({ partner, cohortId, name });
  }
  draw();
  if (answer.ok) byId("to-segment").focus();
}

const rows = (from, limit, outcome) => workspace.matchReportRows(found.report, { offset: from, limit, outcome });

function draw() {
  const isWebhook = found?.kind === "webhook";
  show("empty", !body);
  show("request-kind", Boolean(body));
  byId("request-kind").textContent = body ? text(`kind_${found?.kind ?? "none"}`) : "";
  byId("partner-error").textContent = PARTNER.test(byId("partner").value) ? "" : text("partner_error");
  // A request in Braze's form says by itself what its ids are.
  const planned = found === undefined || isWebhook;
  for (const field of document.querySelectorAll(".webhook-only")) field.hidden = !planned;
  show("label-field", planned && byId("mapping").value === "aliases");
  show("members-field", Boolean(found?.drain));
  if (!loading) say(profiles.state?.() ?? "");

  drawHeadline();
  const change = { choose: (next) => narrow(next), turn: turnPage };
  showOutcomes({ report: found?.report, plan: found?.plan, filter, ...change });
  showRows({ report: found?.report, rows, idOf: found?.idOf, filter, offset, ...change });
  showPlan(found?.plan);
  byId("apply-state").textContent = applied?.() ?? "";
  byId("apply").disabled = Boolean(applied) || found?.report?.totals.rows === 0;
  show("to-segment", Boolean(applied));
  showProblems([
    { problems: [...(found?.problems ?? []), ...(found?.warnings ?? [])], source: found?.about },
    { problems: profiles.problems, note: text("profile_problems") },
  ]);
}

function drawHeadline() {
  const headline = byId("headline");
  const words = headlineText();
  // Only news is announced: the same words are not written again.
  if (headline.textContent !== words) headline.textContent = words;
  headline.classList.toggle("bad", found?.ok === false);
}

function headlineText() {
  if (!found) return "";
  if (!found.ok) {
    const count = found.problems.length;
    const problems = count === 1 ? text("errors_one") : text("errors_many", count);
    return text("headline_refused", found.status ? `${problems} (${found.status})` : problems);
  }
  if (found.kind === "name") return text("headline_name");
  if (!found.report) return text("headline_no_users", found.received);
  const { outcomes, totals } = found.report;
  const matched = ["external_id", "alias", "device_id"].reduce((sum, by) => sum + (outcomes[`matched_${by}`] ?? 0), 0);
  return text("headline_match", matched, found.received ?? totals.rows);
}

/** Shows the rows of one outcome, and keeps the focus where it is. */
function narrow(outcome) {
  filter = outcome;
  offset = 0;
  const within = document.activeElement?.dataset?.outcome;
  draw();
  if (within) document.querySelector(`#legend [data-outcome="${within}"]`)?.focus();
}

function turnPage(to, button, other) {
  offset = to;
  draw();
  (button.disabled ? other : button).focus();
}

// ---- what the person can do ---------------------------------------------------------------------

function start() {
  translatePage();
  takeFiles("request-drop", "request-file", async (file) => takeRequest(new Uint8Array(await file.arrayBuffer())));
  takeFiles("profiles-drop", "profiles-file", loadProfiles);
  const field = byId("request-text");
  whenTyped(field, () => takeRequest(encoder.encode(field.value), { typed: true }));
  for (const id of ["partner", "alias-label", "members"]) whenTyped(byId(id), refresh);
  for (const id of ["mapping", "conflict"]) byId(id).addEventListener("change", refresh);
  byId("cancel").addEventListener("click", () => loading?.abort());
  byId("sample").addEventListener("click", () => sample(sampleWebhook()));
  byId("sample-request").addEventListener("click", () => sample(sampleRequest()));
  byId("reset").addEventListener("click", reset);
  byId("apply").addEventListener("click", apply);
  for (const language of ["en", "de"]) {
    byId(`lang-${language}`).addEventListener("click", () => {
      setLanguage(language);
      markLanguage();
      translatePage();
      draw();
      translateTargeting();
    });
  }
  markLanguage();
  draw();
}

function markLanguage() {
  for (const language of ["en", "de"]) byId(`lang-${language}`).setAttribute("aria-pressed", String(currentLanguage() === language));
}

async function sample(request) {
  byId("mapping").value = "user_ids";
  byId("partner").value = "heap";
  await loadProfiles(new Blob([sampleProfiles()]));
  await takeRequest(encoder.encode(request));
  byId("results").focus({ preventScroll: true });
  const { top, bottom } = byId("headline").getBoundingClientRect();
  if (top < 0 || bottom > innerHeight) byId("headline").scrollIntoView();
}

function reset() {
  loading?.abort();
  loading = undefined;
  show("loading", false);
  workspace?.free();
  workspace = undefined;
  useWorkspace(undefined);
  known = 0;
  profiles = { state: undefined, problems: [] };
  byId("request-text").value = "";
  byId("members").value = "";
  byId("partner").value = "heap";
  body = undefined;
  refresh();
  byId("request-text").focus();
}

start();
init().then(startTargeting, () => {
  const headline = byId("headline");
  headline.textContent = text("engine_failed");
  headline.classList.add("bad");
});
