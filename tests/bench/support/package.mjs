// The packed npm package as installed by the task runner, which names its folder.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where `kohort/edge` or `kohort` is, as Node finds it from a user's project. */
export function entryUrl(entry) {
  const folder = process.env.KOHORT_PACKAGE_DIR;
  if (folder === undefined) throw new Error("run this by `cargo xtask bench`, which installs the package");
  return pathToFileURL(createRequire(join(folder, "package.json")).resolve(entry)).href;
}
