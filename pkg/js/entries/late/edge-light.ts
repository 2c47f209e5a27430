// The known module in Vercel's edge runtime, which compiles what is imported with `?module`.
import module from "kohort:wasm";
import { startLate } from "kohort:core";
startLate(() => module);
export * from "kohort:api";
