// The gateway's conformance data through both entries.
import { differences } from "../../support/gateway_run.mjs";

export default async (edge, full, { cases }) => ({ edge: await differences(edge, cases), full: await differences(full, cases) });
