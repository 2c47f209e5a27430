// `kohort/worker/engine`: what a Web Worker runs.
import { serve } from "./engine";
import type { Hello } from "./messages";

addEventListener("message", ({ data }: MessageEvent<Hello | undefined>) => {
  if (data?.kohort === 1) serve(data);
});
