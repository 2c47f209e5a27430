// Heap's webhook: its signature, and what it says.
import { SIGNATURE_MAX_AGE_MS, SIGNATURE_MAX_FUTURE_MS } from "kohort:limits";
import type { Bytes, ReadOptions, Refused, VerifyOptions, Webhook, WebhookAnswer, SignatureAnswer } from "../types";
import { Answer } from "./answer";
import { amount, fail, options, READING, readLimits, text, texts, time, type ReadLimits } from "./arguments";
import { call, room } from "./desk";
import { idList } from "./ids";
import { ABSENT, encode, part, put, putOne, type Part } from "./input";
import { outOfMemory, tooLarge } from "./problems";

export function verifyHeapSignature(body: Bytes, header: string | null | undefined, given: VerifyOptions): SignatureAnswer {
  const { secret, now, maxAgeMs, maxFutureMs } = options(given, "secret now maxAgeMs maxFutureMs");
  const secrets = texts(secret, "secret");
  if (!secrets.some(Boolean)) fail("secret must be a non-empty string or a list of them");
  const [bodyPart, at] = [part(body, "body"), time(now)];
  const headerText = text(header ?? undefined, "header");
  const [age, future] = [amount(maxAgeMs, "maxAgeMs", SIGNATURE_MAX_AGE_MS), amount(maxFutureMs, "maxFutureMs", SIGNATURE_MAX_FUTURE_MS)];
  // Each secret is taken from where the next part is written. The first one makes an end of those
  // that a call before, which threw, may have left.
  secrets.forEach((key, index) => call("secret", !index, put(room, key)?.[0] ?? 0));
  const lengths = put(room, headerText, bodyPart);
  if (!lengths) {
    call("verify", ABSENT, 0, at, 0, 0); // Forgets the secrets.
    return { ...outOfMemory(), status: 400 };
  }
  const answer = new Answer(call("verify", lengths[0]!, lengths[1]!, at, age, future));
  const listed = answer.listed();
  const status = answer.number();
  return listed.ok
    ? { ...listed, ok: true, timestamp: answer.wide() }
    : { ...listed, ok: false, status: status as 400 | 403 };
}

/** Bytes of a body from which the host's HMAC is asked: in workerd it is quicker from 3 KB on, in Node, by another thread, from 13. */
const BY_HOST = 4_096;
/** A header as Heap writes it: with a time that any number can hold, and a hash as Base64 writes 32 bytes. */
const PLAIN = /^ts:(\d{1,15}),hmac:([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)$/;

/**
 * As `verifyHeapSignature`, by the host's WebCrypto where it is quicker; it compares in constant time too.
 *
 * WHY so: the host only ever lets in. What it does not is looked at once more, by the call that says what is wrong.
 *
 * The `before` bytes before the body are written to where the time fits in there, so that body need not be copied behind it.
 */
export async function verifyHeapSignatureAsync(body: Uint8Array, header: string | null, given: VerifyOptions, before = 0): Promise<SignatureAnswer> {
  const [, ts, hmac] = PLAIN.exec(header ?? "") ?? [];
  const subtle = globalThis.crypto?.subtle;
  if (ts && subtle && body.length >= BY_HOST) {
    const fits = ts.length <= before;
    const message = fits ? new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset - ts.length, ts.length + body.length)
      : new Uint8Array(ts.length + body.length);
    if (!fits) message.set(body, ts.length);
    message.set(encode(ts));
    const digits = atob(hmac!), hash = new Uint8Array(digits.length);
    for (let at = 0; at < hash.length; at++) hash[at] = digits.charCodeAt(at);
    const how = { name: "HMAC", hash: "SHA-256" };
    // All secrets, also after one fits, so that the time does not tell which; an empty one is nobody's.
    const fit = await Promise.all(texts(given.secret, "secret").filter(Boolean).map(async secret =>
      subtle.verify(how, await subtle.importKey("raw", encode(secret) as Uint8Array<ArrayBuffer>, how, false, ["verify"]), hash, message))).catch((): boolean[] => []);
    const timestamp = +ts, age = time(given.now) - timestamp;
    if (fit.includes(true) && age <= amount(given.maxAgeMs, "maxAgeMs", SIGNATURE_MAX_AGE_MS)
      && -age <= amount(given.maxFutureMs, "maxFutureMs", SIGNATURE_MAX_FUTURE_MS)) return { ok: true, timestamp, problems: [], warnings: [] };
  }
  return verifyHeapSignature(body, header, given);
}

export function readHeapWebhook(body: Bytes, given?: ReadOptions): WebhookAnswer {
  const { maxProblems, limits } = options(given, READING);
  const read = readWebhook(part(body, "body"), readLimits(maxProblems, limits), answer => idList(answer.bytes(), answer.numbers()));
  if (read.ok) call("release");
  return read;
}

/**
 * Reads a webhook, and lets `list` take the places of the bytes and of the offsets of its two lists out of the answer. Without
 * `hasFields` the customer's fields are left out, which take as long as ten ids.
 */
export function readWebhook<List>(body: Part, [most, max, depth]: ReadLimits, list: (answer: Answer) => List, hasFields = true):
Omit<Webhook, "add" | "remove"> & { add: List; remove: List } | Refused {
  const length = putOne(room, body, max);
  if (length < 0) return length < -1 ? tooLarge(body, max, most) : outOfMemory();
  const answer = new Answer(call("webhook", false, length, most, max, depth));
  const { ok, problems, warnings } = answer.listed();
  if (!ok) return { ok, problems, warnings };
  const action = answer.number() ? "drain" : "sync";
  const [pageNumber, totalPages] = [answer.wide(), answer.wide()];
  const [add, remove] = [list(answer), list(answer)];
  let count = answer.number();
  const [syncTaskId, idToken, id, name] = [answer.word(), answer.word(), answer.word()!, answer.word()!];
  const fields: Webhook["fields"] = [];
  while (hasFields && count--) {
    const [id, type, value] = [answer.word()!, answer.word(), answer.word()!];
    fields.push({ id, ...type !== undefined && { type }, value });
  }
  return {
    ok: true, action, ...idToken !== undefined && { idToken }, fields, segment: { id, name },
    ...syncTaskId !== undefined && { page: { segmentId: id, syncTaskId, pageNumber, totalPages } },
    add, remove, problems, warnings,
  };
}
