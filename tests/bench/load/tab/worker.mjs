// The worker: kohort's, and who asks hears how large wasm memory is.

import { wasmBytes } from "../../support/watched_wasm.mjs";
// A worker has no import map.
import "/kohort/worker-engine.browser.js";

const memory = new BroadcastChannel("memory");
memory.onmessage = () => memory.postMessage(wasmBytes());
