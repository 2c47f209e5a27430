// How a plan asks a directory, which may lie in another module's memory: by a method that only
// directories of the same entry have.
import { fail } from "./arguments";
import type { Refused } from "../types";

/** Looks up ids of a kind by where each ends; of aliases name and label in turn. */
export type LookUp = (kind: number, ends: Uint32Array, ids: Uint8Array) => string[] | Refused;

export const LOOK_UP: unique symbol = Symbol.for(`kohort look-up of ${KOHORT_ENTRY}`) as never;

/** The look-up of a directory, if there is one. */
export function lookUpOf(directory: unknown): LookUp | undefined {
  if (directory === undefined) return undefined;
  const lookUp = (Object(directory) as { [LOOK_UP]?: LookUp })[LOOK_UP];
  return lookUp?.bind(directory) ?? fail("directory must be a Directory of the entry (`kohort` or `kohort/edge`) whose planCohortImport this is");
}
