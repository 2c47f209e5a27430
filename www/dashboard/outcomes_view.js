// The bar of outcomes, its legend, which also filters the table, and the totals.
import { byId, make, show } from "./elements.js";
import { number, text } from "./texts.js";

/** What occurs, as pairs of outcome and count, in the report's order. */
export const occurring = (outcomes) => Object.entries(outcomes).filter(([, count]) => count > 0);

export const dot = (outcome) => {
  const element = make("span", { class: "dot", "aria-hidden": "true" });
  element.style.background = `var(--${outcome})`;
  return element;
};

/** `choose` is called with the outcome to filter by. */
export function showOutcomes({ report, plan, filter, choose }) {
  show("outcomes-card", Boolean(report));
  if (!report) return;
  const parts = occurring(report.outcomes);
  const sum = parts.reduce((all, [, count]) => all + count, 0);
  byId("bar").replaceChildren(
    ...parts.map(([outcome, count]) => {
      const part = make("span");
      part.style.flex = `${count} 0 0`;
      part.style.background = `var(--${outcome})`;
      part.title = text("bar_label", text(`outcome_${outcome}`), number(count));
      return part;
    }),
  );
  byId("bar").setAttribute("aria-label", parts.map(([outcome, count]) => text("bar_label", text(`outcome_${outcome}`), count)).join(", "));
  byId("legend").replaceChildren(
    ...parts.map(([outcome, count]) => {
      const button = make(
        "button",
        { type: "button", "aria-pressed": String(filter === outcome), "data-outcome": outcome },
        dot(outcome),
        make("span", {}, text(`outcome_${outcome}`)),
        make("span", { class: "count" }, `${number(count)} · ${percent(count / sum)}`),
        make("small", {}, text(`why_${outcome}`)),
      );
      button.addEventListener("click", () => choose(filter === outcome ? "" : outcome));
      return make("li", {}, button);
    }),
    ...notSent(plan),
  );
  const { totals } = report;
  byId("totals").replaceChildren(
    ...[
      ["total_rows", plan?.report.received ?? totals.rows],
      ["total_distinct", totals.distinctIds],
      ["total_people", totals.people],
      ["total_added", report.added],
      ["total_removed", report.removed],
      ["total_unchanged", report.unchanged],
    ].map(([key, value]) => make("div", { "data-total": key }, make("dt", {}, text(key)), make("dd", {}, number(value)))),
  );
}

/** Ids of a webhook that its plan leaves out. */
function notSent(plan) {
  const { duplicates = 0, conflicts = 0, empty = 0 } = plan?.report ?? {};
  const count = duplicates + conflicts + empty;
  if (count === 0) return [];
  const entry = make(
    "div",
    { class: "left-out", "data-outcome": "not_sent" },
    dot("duplicate"),
    make("span", {}, text("not_sent")),
    make("span", { class: "count" }, number(count)),
    make("small", {}, text("not_sent_why", duplicates, conflicts, empty)),
  );
  return [make("li", {}, entry)];
}

const percent = (share) =>
  share.toLocaleString(document.documentElement.lang, { style: "percent", maximumFractionDigits: 1 });
