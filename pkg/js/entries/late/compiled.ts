// The known module where the runtime compiles what is imported: it starts when it is first needed.
import module from "kohort:wasm";
import { startLate } from "kohort:core";
startLate(() => module);
export * from "kohort:api";
