// The regex module in browsers: fetched by `loadRegex()`.
import { setRegexLoader, startRegex } from "kohort:core";
import { compiled, type ModuleSource } from "../fetched";

let loading: Promise<void> | undefined;
setRegexLoader((source?: ModuleSource) => loading ??= compiled(source ?? new URL(KOHORT_REGEX, import.meta.url))
  .then(startRegex).catch(error => { loading = undefined; throw error; }));
