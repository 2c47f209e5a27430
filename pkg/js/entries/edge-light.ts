// The edge runtime of Vercel: it compiles what is imported with `?module`.
import module from "kohort:wasm";
import { startSync } from "kohort:core";
startSync(module);
export * from "kohort:api";
export const init = async () => {};
