// `kohort/worker/engine`: what a thread of Node's runs.
import { parentPort } from "node:worker_threads";
import { serve } from "./engine";
import type { Hello } from "./messages";

parentPort?.on("message", (data: Hello | undefined) => {
  if (data?.kohort === 1) serve(data);
});
