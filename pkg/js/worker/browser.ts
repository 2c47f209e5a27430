// `kohort/worker` where there are Web Workers.
import { calls } from "./api";
import { NOT_STARTED } from "./client";
export { connect } from "./api";
export { CLUSTERS as clusters } from "kohort:tables";

const api = calls(() => {
  if (typeof Worker !== "function") throw new Error('kohort/worker needs Web Workers, which are not here: import "kohort", whose calls are the same');
  try {
    // In just this form bundlers see that the file is a worker's.
    return new Worker(new URL("./worker-engine.browser.js", import.meta.url), { type: "module" });
  } catch (cause) {
    throw new Error(NOT_STARTED, { cause });
  }
});
// WHY: by name, since a module's exports are; a test holds the names against the `kohort` entry.
export const {
  Directory, Segment, SyncGuard, Workspace, checkCohortRequest, checkSegment, classifyResponse, createCohortChecker, diffCohort,
  diffCohortStream, init, loadRegex, planCohortImport, readHeapWebhook, terminate, verifyHeapSignature, withKeys,
} = api;
