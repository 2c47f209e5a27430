// What to do after an answer of Braze's.
import { MAX_RESPONSE_BYTES } from "kohort:limits";
import type { BrazeResponse, Classified } from "../types";
import { Answer } from "./answer";
import { fail, options, time } from "./arguments";
import { call, room } from "./desk";
import { part, putOne } from "./input";

export function classifyResponse(response: BrazeResponse): Classified {
  const { status, headers, body = "", now } = options(response, "status headers body now", "response");
  // Of a Response without a body there is none.
  if (typeof (response as { text?: unknown } | null)?.text === "function") fail("response.body must be a text: await response.text()");
  if (!Number.isInteger(status) || status && status < 100 || status > 599 || status < 0) fail("status must be an HTTP status, 100 to 599, or 0 for no answer");
  const of = lookUp(headers);
  const number = (name: string) => {
    const text = of(name);
    // Digits, as HTTP has them: JavaScript takes more for a number.
    return /^\s*\d+(\.\d+)?\s*$/.test(text ?? "") ? Number(text) : NaN;
  };
  const retryAfter = number("retry-after");
  // A date of HTTP's alone: to `Date.parse` also "5, 5", which two headers become, is one.
  const date = Date.parse(/GMT\s*$/.exec(of("retry-after") ?? "")?.input ?? "");
  // Before the body is put in: what a date is asked may call this module.
  const at = time(now);
  const length = Math.max(putOne(room, part(body ?? "", "body", "", "; await response.text()"), MAX_RESPONSE_BYTES), 0);
  const answer = new Answer(call(
    "classify", status, retryAfter, date, number("x-ratelimit-retry-after"), number("x-ratelimit-remaining"),
    number("x-ratelimit-reset"), at, length));
  const [waits, retryAfterMs] = [answer.number(), answer.wide()];
  return {
    outcome: answer.word() as Classified["outcome"],
    ...waits && { retryAfterMs },
    code: answer.word()!,
  };
}

/** Headers, or an object or list of pairs in their place, by names in lower case. */
function lookUp(headers: BrazeResponse["headers"]): (name: string) => string | undefined {
  if (headers === undefined || headers === null) return () => undefined;
  const wrong = () => fail("headers must be a Headers, an object or a list of pairs");
  if (typeof headers !== "object") wrong();
  const known = new Map<string, string>();
  const take = (value: unknown, name: string) => {
    if (value !== undefined) known.set(String(name).toLowerCase(), String(value));
  };
  if (Symbol.iterator in headers) for (const pair of headers as Iterable<unknown>) {
    const [name, value] = Array.isArray(pair) ? pair : wrong();
    take(value, name);
  }
  else if (typeof headers.forEach === "function") headers.forEach(take);
  else for (const [name, value] of Object.entries(headers)) take(value, name);
  return name => known.get(name);
}
