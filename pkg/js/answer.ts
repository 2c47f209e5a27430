// An answer in wasm memory, read before the next call changes it.
import { bytes, words } from "./engine";
import { ABSENT } from "./input";
import { decode, listed, Records } from "./problems";

/** Numbers at the head of an answer: first fault, errors, warnings, where they stand, paths, their length, words. */
const HEAD = 7;

export class Answer {
  readonly #u32 = words();
  readonly #u8 = bytes();
  #at: number;
  #word: number;
  readonly ok: boolean;
  readonly #head: number;

  constructor(pointer: number) {
    this.#head = pointer >>> 2;
    this.#at = this.#head + HEAD;
    this.#word = this.#u32[this.#head + 6]!;
    this.ok = !this.#u32[this.#head + 1];
  }

  /** The problems and warnings, with `ok`. */
  listed<Ok extends boolean = boolean>(prefix?: string) {
    return { ok: this.ok as Ok, ...listed(new Records(this.#u8, this.#u32, this.#head), prefix) };
  }

  number(): number {
    return this.#u32[this.#at++]!;
  }

  /** Numbers that follow their count. */
  several(): Uint32Array {
    const from = this.#at + 1;
    return this.#u32.slice(from, this.#at = from + this.number());
  }

  /** A number of up to 53 bits. */
  wide(): number {
    return this.number() + this.number() * 2 ** 32;
  }

  word(): string | undefined {
    const length = this.number();
    if (length === ABSENT) return undefined;
    return decode(this.#u8.subarray(this.#word, this.#word += length));
  }

  /** A copy of bytes that stand elsewhere: of so many each. */
  bytes(size = 1): Uint8Array {
    const at = this.number();
    return this.#u8.slice(at, at + size * this.number());
  }

  /** Numbers that stand elsewhere, until the next call. */
  view(): Uint32Array {
    const at = this.number() >>> 2;
    return this.#u32.subarray(at, at + this.number());
  }

  /** A copy of them. */
  numbers(): Uint32Array {
    return this.view().slice();
  }
}
