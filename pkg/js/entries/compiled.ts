// workerd (Cloudflare Workers, miniflare) and the edge runtime of Vercel: they compile what is imported.
import module from "kohort:wasm";
import { startSync } from "kohort:core";
startSync(module);
export * from "kohort:api";
export const init = async () => {};
