// The gateway's conformance data as one list, so that it can be sent to any runtime.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../conformance/gateway/", import.meta.url);

export const cases = readdirSync(folder).filter((file) => file.endsWith(".json")).sort()
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8")).map((given) => ({ ...given, name: `${file}: ${given.name}` })));
