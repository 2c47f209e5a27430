// Browsers and what else can fetch: the module is fetched by `init()`.
import { fetched, type ModuleSource } from "./fetched";
import { others, setLoader } from "kohort:core";
const own = fetched(() => new URL(KOHORT_WASM, import.meta.url));

/** Fetches and starts the module, and those of other calls that are imported, once. */
export async function init(source?: ModuleSource): Promise<void> {
  await Promise.all([own(source), ...others.map(load => load())]);
}
setLoader(own);
export * from "kohort:api";
