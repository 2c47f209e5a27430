// What the modules import: `src/wasm/host.rs` calls it.
import { bytes } from "./engine";

/** Fills wasm memory with secure random bytes; false where the host has none, or not now. */
function random(at: number, length: number): boolean {
  try {
    crypto.getRandomValues(bytes().subarray(at >>> 0, (at >>> 0) + length) as Uint8Array<ArrayBuffer>);
    return true;
  } catch {
    return false;
  }
}

/** What takes the requests of the plan that is being made. */
let taker: (answer: number) => void;

/** Makes a plan, whose requests go to `take` one by one. */
export function taking<T>(take: (answer: number) => void, plan: () => T): T {
  let thrown: unknown, failed = false;
  // WHY: an exception must not pass through the module's frames.
  taker = answer => {
    if (failed) return;
    try { take(answer); } catch (error) { thrown = error; failed = true; }
  };
  const answer = plan();
  if (failed) throw thrown;
  return answer;
}

export const host = { random, request: (answer: number) => taker(answer) };
