// What a worker loads that is a gateway, with its state in a Durable Object: bundled and measured, never run.
import { createCohortGateway, durableObject } from "kohort/edge";

export default { calls: [createCohortGateway, durableObject] };
