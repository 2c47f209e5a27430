// workerd (Cloudflare Workers, miniflare): the runtime compiles what is imported.
import module from "kohort:wasm";
import { startSync } from "kohort:core";
startSync(module);
export * from "kohort:api";
export const init = async () => {};
