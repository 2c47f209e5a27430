// A checker in wasm memory, and its end when a program lets go of it.
import { exports, wasm } from "./engine";

/** Frees checkers that a program let go of. */
const lost = typeof FinalizationRegistry === "function"
  ? new FinalizationRegistry<number>(at => exports!.checker_free(at)) : undefined;

/** A checker in wasm memory. */
export class RawChecker {
  readonly #at: number;

  constructor(flags: number, maxProblems: number, maxBytes: number, maxDepth: number) {
    this.#at = wasm().checker_new(flags, maxProblems, maxBytes, maxDepth);
    lost?.register(this, this.#at, this);
  }
  reserve(length: number): number { return exports!.checker_reserve(this.#at, length) >>> 0; }
  allow(clientSecret: boolean, length: number): void { exports!.checker_allow(this.#at, clientSecret, length); }
  rest_endpoint(length: number): void { exports!.checker_rest_endpoint(this.#at, length); }
  check(length: number): number { return exports!.checker_check(this.#at, length); }
  free(): void {
    lost?.unregister(this);
    exports!.checker_free(this.#at);
  }
}
