// The known module in workerd: the runtime compiles what is imported, and it starts when it is first
// needed.
import module from "kohort:wasm";
import { startLate } from "kohort:core";
startLate(() => module);
export * from "kohort:api";
