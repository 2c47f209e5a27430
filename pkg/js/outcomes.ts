// The words for what becomes of an id, in the order of the core's list.
import type { MatchOutcome } from "../types";

export const OUTCOMES: MatchOutcome[] = [
  "matched_external_id", "matched_alias", "matched_device_id", "unknown_external_id", "unknown_alias", "unknown_device_id",
  "device_of_identified_user", "ambiguous_device_id", "duplicate", "superseded", "invalid",
];
