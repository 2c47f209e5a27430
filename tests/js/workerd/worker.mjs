// Runs inside workerd: what that runtime forbids, and what lives longer than a call.
import * as edge from "kohort/edge";
import * as full from "kohort";
import { packed } from "../support/once_through.mjs";

// At import: workerd refuses randomness and gives no time here, so this must need neither.
const atImport = edge.createCohortChecker({ endpoint: "users" });

const tasks = {
  atImport: () => atImport.check('{"cohort_id":"c"}').problems.map((problem) => problem.code),
  sync: ({ body, header, now }) => {
    const signature = edge.verifyHeapSignature(body, header, { secret: "s3cret", now });
    const plan = edge.planCohortImport(body, { partner: "heap" });
    return { signature, requests: plan.requests, again: structuredClone(plan).requests };
  },
  async diff({ zipped }) {
    const gzip = new Response("ann\nbo").body.pipeThrough(new CompressionStream("gzip"));
    const answer = await edge.diffCohortStream(gzip, new Blob(["bo\ncy"]));
    return { add: [...answer.add], remove: [...answer.remove], packed: await packed(edge, zipped) };
  },
  async workspace() {
    const workspace = await full.Workspace.create();
    await workspace.loadProfiles('{"external_id":"ann"}\n{"external_id":"bo"}');
    const plan = full.planCohortImport({ action: "sync", segment: { id: "7", name: "n" }, page: { syncTaskId: "t", pageNumber: 1, totalPages: 1 }, add: ["ann", "cy"], remove: [] }, { partner: "heap" });
    const { report } = workspace.applyCohortRequest(plan, { partner: "heap" });
    const csv = await workspace.matchReportBlob(report, { format: "csv" }).text();
    const { key } = workspace.partners.issue("heap");
    const verified = Boolean(workspace.partners.verify("heap", key));
    workspace.free();
    return { outcomes: report.outcomes, csv, verified };
  },
};

export default (_edge, _full, { task, given }) => tasks[task](given);
