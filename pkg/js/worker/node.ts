// `kohort/worker` in Node, and in what has its threads.
import { Worker } from "node:worker_threads";
import { calls } from "./api";
export { connect } from "./api";
export { CLUSTERS as clusters } from "kohort:tables";

const api = calls(() => {
  return new Worker(new URL("./worker-engine.node.js", import.meta.url));
});
// WHY: by name, since a module's exports are; a test holds the names against the `kohort` entry.
export const {
  Directory, Segment, SyncGuard, Workspace, checkCohortRequest, checkSegment, classifyResponse, createCohortChecker, diffCohort,
  diffCohortStream, init, loadRegex, planCohortImport, readHeapWebhook, terminate, verifyHeapSignature, withKeys,
} = api;
