// W6, ours: the gateway, which checks and plans, and here sends and keeps nothing.

import { createCohortGateway, planCohortImport } from "kohort/edge";
import { CREATED_AT, MAX_AGE_MS, SECRET } from "../settings.mjs";
import { worker } from "./frame.mjs";

const config = {
  restEndpoint: "https://rest.iad-01.braze.com",
  keys: { partnerApiKey: "heap-partner-key", clientSecret: "data-import-key-4711" },
  heap: { secret: SECRET, maxAgeMs: MAX_AGE_MS },
  mode: "check",
};

export default worker(
  createCohortGateway({ config: () => config }),
  (body) => planCohortImport(body, { partner: "heap", createdAt: CREATED_AT }).requests,
);
