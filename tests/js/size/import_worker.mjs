// What a worker loads that checks, verifies and plans: bundled and measured, never run.
import {
  SyncGuard, classifyResponse, createCohortChecker, planCohortImport, readHeapWebhook, verifyHeapSignature, withKeys,
} from "kohort/edge";

export default { calls: [SyncGuard, classifyResponse, createCohortChecker, planCohortImport, readHeapWebhook, verifyHeapSignature, withKeys] };
