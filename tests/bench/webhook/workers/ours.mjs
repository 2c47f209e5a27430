// W6, ours: what www/worker does with a webhook from Heap, up to the sending.

import { SyncGuard, planCohortImport, readHeapWebhook, verifyHeapSignature } from "kohort/edge";
import { MAX_AGE_MS, SECRET } from "../settings.mjs";
import { sha256, worker } from "./frame.mjs";

const guard = new SyncGuard();

export default worker(async (body, header) => {
  const signature = verifyHeapSignature(body, header, { secret: SECRET, maxAgeMs: MAX_AGE_MS });
  if (!signature.ok) return { status: signature.status, code: signature.problems[0].code };
  const webhook = readHeapWebhook(body);
  if (!webhook.ok) return { status: 400, code: "webhook.invalid" };
  const { page } = webhook;
  if (page) {
    const { verdict } = guard.begin(page, await sha256(body));
    if (verdict === "done") return { status: 200, code: "page.done_before" };
    if (verdict === "in_progress") return { status: 503, code: "page.in_progress" };
    if (verdict === "conflict") return { status: 409, code: "page.conflict" };
  }
  const plan = planCohortImport(webhook, { partner: "heap" });
  if (!plan.ok) {
    if (page) guard.release(page);
    return { status: 400, code: "plan.invalid" };
  }
  const { requests, report } = plan;
  let bytes = 0; // The bodies are made, as for sending them.
  for (const { body } of requests) bytes += body.length;
  if (page) guard.commit(page);
  const { received, sent, adds, removes, duplicates, conflicts, empty } = report;
  const counts = { received, sent, adds, removes, duplicates, conflicts, empty, requests: requests.length, bytes };
  return { status: 200, code: "page.planned", counts, requests };
});
