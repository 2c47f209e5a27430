// A webhook of Heap's whose ids stay in wasm memory from reading to planning: whoever asks for them otherwise has it
// read once more.
import type { Mapping, Problem, Webhook } from "../../types";
import type { Answer } from "../answer";
import type { ReadLimits } from "../arguments";
import { call, turn } from "../desk";
import { readHeapWebhook, readWebhook } from "../heap";

/** How many ids a list has, whose places are passed over. */
const length = (answer: Answer) => {
  for (let numbers = 3; numbers--;) answer.number();
  return answer.number() - 1;
};

/** A page as a plan is made from it. */
export class KeptPage {
  /** When it was read. */
  readonly #turn = turn();
  readonly action; readonly segment; readonly page; readonly fields;
  readonly warnings: readonly Problem[];
  /** How many ids it has. */
  readonly received: number;
  mapping: Mapping = "user_ids";
  #lists: Pick<Webhook, "add" | "remove"> | undefined;

  private constructor(readonly body: Uint8Array, readonly limits: ReadLimits, read: Webhooks) {
    ({ action: this.action, segment: this.segment, page: this.page, fields: this.fields, warnings: this.warnings } = read);
    this.received = read.add + read.remove;
  }

  /** Reads it, with or without its fields; answers what is wrong with it instead. */
  static read(body: Uint8Array, limits: ReadLimits, hasFields: boolean): KeptPage | Extract<ReturnType<typeof readHeapWebhook>, { ok: false }> {
    const read = readWebhook(body, limits, length, hasFields);
    return read.ok ? new KeptPage(body, limits, read) : read;
  }

  /** Are its ids still where they were read? */
  get isThere() { return this.#turn === turn(); }

  /** Lets go of the ids. */
  release(): void {
    if (this.isThere) call("release");
  }

  get add() { return this.#read().add; }
  get remove() { return this.#read().remove; }

  #read() {
    if (this.#lists) return this.#lists;
    const [, maxBytes, maxDepth] = this.limits;
    // It was read before, by the same limits.
    return this.#lists = readHeapWebhook(this.body, { limits: { maxBytes, maxDepth } }) as Webhook;
  }
}

type Webhooks = Extract<ReturnType<typeof readWebhook<number>>, { ok: true }>;
