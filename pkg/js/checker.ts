// Checks of Braze's two requests.
import { FAULTS } from "kohort:tables";
import type { Bytes, CheckCounts, CheckOptions, CohortCheck, Problem } from "../types";
import { HEAD } from "./answer";
import { choice, fail, limit, options as readOptions, text, texts } from "./arguments";
import { RawChecker, bytes, words } from "./engine";
import { ABSENT, part, put, putOne, type Part } from "./input";
import { copyRecords, decode, found, listed, refused, tooLarge, type Records } from "./problems";

const MAX_BYTES = 8 << 20;
/** Numbers of an answer: the head, ten counts, the length of the cohort's id. */
const NUMBERS = HEAD + 11;
const COUNTS = HEAD;

type Listed = { problems: Problem[]; warnings: Problem[] };

/** An answer whose parts are made when they are asked for. */
class Checked implements CohortCheck {
  readonly #numbers: readonly number[];
  readonly #id: string | Uint8Array | undefined;
  readonly #records: Records | undefined;
  #listed: Listed | undefined;

  constructor(numbers: readonly number[], id?: string | Uint8Array, records?: Records, listed?: Listed) {
    this.#numbers = numbers;
    this.#id = id;
    this.#records = records;
    this.#listed = listed;
  }

  get ok(): boolean { return !this.#numbers[1]; }
  get #answer() { return FAULTS[this.#numbers[0]!] ?? [200, "success"] as const; }
  get status(): number { return this.#answer[0]; }
  get message(): string { return this.#answer[1]; }
  get cohortId(): string | undefined { return this.#id instanceof Uint8Array ? decode(this.#id) : this.#id; }
  get #all(): Listed {
    return this.#listed ??= this.#records ? listed(this.#records) : { problems: [], warnings: [] };
  }
  get problems(): Problem[] { return this.#all.problems; }
  get warnings(): Problem[] { return this.#all.warnings; }
  get counts(): CheckCounts {
    const n = this.#numbers;
    const kinds = (at: number) => ({ externalIds: n[at]!, deviceIds: n[at + 1]!, aliases: n[at + 2]! });
    return {
      add: kinds(COUNTS), remove: kinds(COUNTS + 3),
      total: n[COUNTS + 6]!, distinct: n[COUNTS + 7]!, duplicates: n[COUNTS + 8]!, conflicts: n[COUNTS + 9]!,
    };
  }

  toJSON(): CohortCheck {
    const { ok, status, message, cohortId, problems, warnings, counts } = this;
    return { ok, status, message, ...cohortId !== undefined && { cohortId }, problems, warnings, counts } as CohortCheck;
  }
}
// A person who prints an answer sees it as it reads.
const inspect = Symbol.for("nodejs.util.inspect.custom");
(Checked.prototype as any)[inspect] = Checked.prototype.toJSON;

/** A short text in ASCII at once, anything else as its bytes. */
function shortText(memory: Uint8Array, at: number, length: number): string | Uint8Array {
  let text = "";
  for (let end = at + length, n = at; n < end; n++) {
    const byte = memory[n]!;
    if (byte > 0x7f || length > 64) return memory.slice(at, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** An answer that no call made. */
function unread(fault: number, listed: Listed): Checked {
  const numbers = new Array<number>(NUMBERS).fill(0);
  numbers[0] = fault;
  numbers[1] = listed.problems.length;
  return new Checked(numbers, undefined, undefined, listed);
}

export class CohortChecker {
  declare [Symbol.dispose]: () => void;
  #raw: RawChecker | undefined;
  readonly #maxBytes: number;
  readonly #maxProblems: number;

  constructor(given: CheckOptions) {
    const { endpoint, strict = false, keys, restEndpoint, lints = true, maxProblems, limits } = readOptions(given);
    const names = choice(endpoint, "endpoint", ["users", "name"]);
    if (typeof strict !== "boolean" || typeof lints !== "boolean") fail("strict and lints must be true or false");
    const { maxBytes, maxDepth } = readOptions(limits, "limits");
    this.#maxBytes = limit(maxBytes, "limits.maxBytes", MAX_BYTES);
    this.#maxProblems = limit(maxProblems, "maxProblems", 100);
    const { partnerApiKey, clientSecret } = readOptions(keys, "keys");
    const allowed = [texts(partnerApiKey, "keys.partnerApiKey"), texts(clientSecret, "keys.clientSecret")];
    const endpointText = text(restEndpoint, "restEndpoint");
    const raw = this.#raw = new RawChecker(
      +strict | +lints << 1 | names << 2, this.#maxProblems, this.#maxBytes, limit(maxDepth, "limits.maxDepth", 64));
    allowed.forEach((list, secret) => {
      for (const key of list) raw.allow(!!secret, put(raw, key)![0]!);
    });
    if (endpointText !== undefined) raw.rest_endpoint(put(raw, endpointText)![0]!);
  }

  check(body: Bytes): Checked {
    return this.#check(part(body, "body"));
  }

  #check(body: Part): Checked {
    const raw = this.#raw;
    if (!raw) throw new Error("this CohortChecker was freed");
    const length = putOne(raw, body, this.#maxBytes);
    if (length < 0) {
      return length < -1
        ? unread(0, tooLarge(body, this.#maxBytes, this.#maxProblems))
        : unread(ABSENT, refused(found("limit.memory")));
    }
    const at = raw.check(length) >>> 2;
    const u32 = words();
    // A typed array more costs as much as checking two ids.
    const numbers: number[] = [];
    for (let n = at; n < at + NUMBERS; n++) numbers.push(u32[n]!);
    const idLength = numbers[NUMBERS - 1]!;
    const id = idLength === ABSENT ? undefined : shortText(bytes(), numbers[5]!, idLength);
    return new Checked(numbers, id, numbers[1]! + numbers[2]!
      ? copyRecords(bytes(), u32, numbers[1]!, numbers[2]!, numbers[3]!, numbers[4]!) : undefined);
  }

  free(): void {
    this.#raw?.free();
    this.#raw = undefined;
  }
}
if (Symbol.dispose) CohortChecker.prototype[Symbol.dispose] = CohortChecker.prototype.free;

export const createCohortChecker = (options: CheckOptions) => new CohortChecker(options);

export function checkCohortRequest(body: Bytes | object | null, options: CheckOptions): CohortCheck {
  const checker = new CohortChecker(options);
  try {
    return checker.check(serialised(body)).toJSON();
  } finally {
    checker.free();
  }
}

/** A body as text, also where it was parsed already: the slow path. */
function serialised(body: unknown): Bytes {
  if (typeof body === "string" || ArrayBuffer.isView(body) || /Buffer\]$/.test(Object.prototype.toString.call(body))) {
    return body as Bytes;
  }
  try {
    // What a JSON.stringify says to a circle or a BigInt names keys of the body.
    const text = JSON.stringify(body);
    if (text !== undefined) return text;
  } catch {}
  fail("body cannot be written as JSON");
}
