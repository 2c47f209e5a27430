// The regex module in Node, Deno and Bun: read from the file beside this one when it is first needed.
import { readFileSync } from "node:fs";
import { startRegexLate } from "kohort:core";
startRegexLate(() => readFileSync(new URL(KOHORT_REGEX, import.meta.url)));
