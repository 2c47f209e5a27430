// The requests of a plan.
import { byId, make, show } from "./elements.js";
import { number, text } from "./texts.js";

const encoder = new TextEncoder();

export function showPlan(plan) {
  show("plan-card", Boolean(plan));
  if (!plan) return;
  byId("plan-note").textContent = text("plan_note");
  byId("plan").replaceChildren(
    ...plan.requests.map((request, at) =>
      make(
        "tr",
        {},
        make("td", { class: "number" }, number(at + 1)),
        make("td", { class: "mono" }, request.path),
        make("td", { class: "number" }, number(request.ids)),
        make("td", { class: "number" }, number(encoder.encode(request.body).length)),
        make("td", { class: "mono", title: request.idempotencyKey }, `${request.idempotencyKey.slice(0, 12)}…`),
      ),
    ),
  );
}
