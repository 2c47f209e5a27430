// The package in a project that names no more than the usual libraries: `Symbol.dispose` is declared
// by the package itself.
import { createCohortChecker, Directory } from "kohort/edge";
import { Workspace } from "kohort";

export const freed: readonly (() => void)[] = [
  createCohortChecker({ endpoint: "users" })[Symbol.dispose],
  Workspace.prototype[Symbol.dispose],
  Directory.prototype[Symbol.dispose],
];
