// The conformance data, by both entries and into workspaces.
import { differences, loadDifferences } from "../../support/conformance_run.mjs";

export default async (edge, full, { cases, loads }) =>
  ({ edge: differences(edge, cases), full: differences(full, cases), loads: await loadDifferences(full, loads) });
