// Stateless checks and plans.
import { CLUSTERS } from "kohort:tables";
import type { Cluster } from "../types";

export { checkCohortRequest, createCohortChecker } from "./checker";
export { readHeapWebhook, verifyHeapSignature } from "./heap";
export { planCohortImport, withKeys } from "./plan";
export { classifyResponse } from "./response";
export { SyncGuard } from "./guard";
export { createCohortGateway } from "./gateway/gateway";
export { durableObject } from "./gateway/durable_object";
export { memoryState } from "./gateway/state";

/** Braze's REST endpoints. All users of the module share them, so nobody may change them. */
export const clusters: readonly Cluster[] = CLUSTERS;
