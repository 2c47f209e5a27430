// What the example worker loads: it also reads webhooks, guards pages and looks at Braze's answers.
// Bundled and measured, never run.
import {
  SyncGuard, classifyResponse, createCohortChecker, planCohortImport, readHeapWebhook, verifyHeapSignature, withKeys,
} from "kohort/edge";

export default { calls: [SyncGuard, classifyResponse, createCohortChecker, planCohortImport, readHeapWebhook, verifyHeapSignature, withKeys] };
