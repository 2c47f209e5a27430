// The known module in browsers: fetched by the edge entry's `init()` where this file is imported.
import { fetched } from "../fetched";
import { setLoader } from "kohort:core";
import { others } from "kohort:edge-others";
const init = fetched(() => new URL(KOHORT_WASM, import.meta.url));
setLoader(init);
others.push(init);
export * from "kohort:api";
