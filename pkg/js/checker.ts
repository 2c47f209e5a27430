// Checks of Braze's two requests.
import { KEPT_BUFFER_BYTES } from "kohort:limits";
import { FAULTS } from "kohort:tables";
import type { Bytes, CheckCounts, CheckOptions, CohortCheck, Problem } from "../types";
import { choice, fail, flag, options as readOptions, READING, readLimits, text, texts } from "./arguments";
import { bytes, words } from "./engine";
import { RawChecker } from "./raw_checker";
import { part, put, putOne, sizeOf, type Part } from "./input";
import { decode, found, Records, refused, tooLarge, type Listed } from "./problems";

/** Where an answer has its counts. */
const COUNTS = 12;

/** An answer whose parts are made when they are asked for. */
class Checked implements CohortCheck {
  readonly #numbers: readonly number[];
  readonly #id: Uint8Array | undefined;
  readonly #records: Records | undefined;
  #problems: Problem[] | undefined;
  #warnings: Problem[] | undefined;

  constructor(numbers: readonly number[], id?: Uint8Array, records?: Records, problems?: Problem[]) {
    this.#numbers = numbers;
    this.#id = id;
    this.#records = records;
    this.#problems = problems;
  }

  get ok(): boolean { return !this.#numbers[1]; }
  get #answer() { return FAULTS[this.#numbers[0]!] ?? [200, "success"] as const; }
  get status(): number { return this.#answer[0]; }
  get message(): string { return this.#answer[1]; }
  get cohortId(): string | undefined {
    const n = this.#numbers, length = n[7]!;
    if (length < 0) return undefined;
    return decode(this.#id ?? new Uint8Array(Int32Array.of(n[8]!, n[9]!, n[10]!, n[11]!).buffer, 0, length));
  }
  get problems(): Problem[] { return this.#problems ??= this.#records?.list(false, "") ?? []; }
  get warnings(): Problem[] { return this.#warnings ??= this.#records?.list(true, "") ?? []; }
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

/** An answer that no call made. */
function unread(fault: number, { problems }: Listed): Checked {
  const numbers = new Array<number>(COUNTS + 10).fill(0);
  numbers[0] = fault;
  numbers[1] = problems.length;
  numbers[7] = -1;
  return new Checked(numbers, undefined, undefined, problems);
}

export class CohortChecker {
  // So that it is called so when somebody prints one: bundlers shorten names.
  static readonly name = "CohortChecker";
  declare [Symbol.dispose]: () => void;
  #raw: RawChecker | undefined;
  readonly #maxBytes: number;
  readonly #maxProblems: number;
  /** The buffer for bodies, and how many bytes it is known to have room for. */
  #buffer = 0;
  #room = 0;

  constructor(given: CheckOptions) {
    const { endpoint, strict = false, keys, restEndpoint, lints = true, maxProblems, limits } =
      readOptions(given, `endpoint strict keys restEndpoint lints ${READING}`);
    const names = choice(endpoint, "endpoint", ["users", "name"]);
    const [most, max, depth] = readLimits(maxProblems, limits);
    this.#maxProblems = most;
    this.#maxBytes = max;
    if (keys === null) fail("keys must be an object");
    const { partnerApiKey, clientSecret } = readOptions(keys, "partnerApiKey clientSecret", "keys");
    const allowed = [texts(partnerApiKey, "keys.partnerApiKey"), texts(clientSecret, "keys.clientSecret")];
    const endpointText = text(restEndpoint, "restEndpoint");
    const raw = this.#raw = new RawChecker(+flag(strict, "strict") | +flag(lints, "lints") << 1 | names << 2, most, max, depth);
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
    const length = this.#put(raw, body);
    if (length < 0) {
      return length < -1
        ? unread(0, tooLarge(body, this.#maxBytes, this.#maxProblems))
        : unread(-1, refused(found("limit.memory")));
    }
    const at = raw.check(length) >>> 2;
    const n = words();
    // A typed array more costs as much as checking two ids, and so does a number above 2^31.
    const numbers = [
      n[at]! | 0, n[at + 1]!, n[at + 2]!, 0, 0, 0, 0, n[at + 7]! | 0, n[at + 8]! | 0, n[at + 9]! | 0, n[at + 10]! | 0, n[at + 11]! | 0,
      n[at + 12]!, n[at + 13]!, n[at + 14]!, n[at + 15]!, n[at + 16]!, n[at + 17]!, n[at + 18]!, n[at + 19]!, n[at + 20]!, n[at + 21]!];
    const id = n[at + 6]!;
    return new Checked(
      numbers, id ? bytes().slice(id, id + numbers[7]!) : undefined,
      numbers[1]! + numbers[2]! ? new Records(bytes(), n, at) : undefined);
  }

  /** Writes a body: its length, or what {@link putOne} answers. */
  #put(raw: RawChecker, body: Part): number {
    const length = sizeOf(body);
    // Most bodies are bytes, and fit where one was before.
    if (typeof body === "string" || length >= this.#room || length > this.#maxBytes) {
      this.#room = 0;
      const room = (length | 0xfff) + 1;
      if (typeof body === "string" || room > KEPT_BUFFER_BYTES || length > this.#maxBytes) return putOne(raw, body, this.#maxBytes);
      this.#buffer = raw.reserve(room);
      if (!this.#buffer) return -1;
      this.#room = room;
    }
    bytes().set(body, this.#buffer);
    return length;
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
  // WHY: a promise, a Request, a Blob or a Map would be written as `{}`, and be told that it has no keys.
  const above = Object(body) === body && !Array.isArray(body) ? Object.getPrototypeOf(body) : null;
  // Also the prototype of another realm's objects, which has none above it.
  if (above && typeof (body as { toJSON?: unknown }).toJSON !== "function" && (Object.getPrototypeOf(above) || !Object.hasOwn(above, "isPrototypeOf"))) {
    fail("body must be bytes, a text or a plain object; await what is a promise, and a request's text()");
  }
  try {
    // What a JSON.stringify says to a circle or a BigInt names keys of the body.
    const text = JSON.stringify(body);
    if (text !== undefined) return text;
  } catch {}
  fail("body cannot be written as JSON");
}
