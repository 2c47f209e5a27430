// What a worker loads that checks, verifies and plans: bundled and measured, never run.
import { createCohortChecker, planCohortImport, verifyHeapSignature, withKeys } from "kohort/edge";

export default { calls: [createCohortChecker, planCohortImport, verifyHeapSignature, withKeys] };
