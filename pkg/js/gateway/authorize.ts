// Whether a request carries what a route asks for.
import type { GatewayRoute } from "../../types";
import { fail, options, texts } from "../arguments";

type Header = Exclude<GatewayRoute["authorize"], (...given: never[]) => unknown>;

/** Throws where a header is not described as it must be. */
export function checkHeader(given: Header): void {
  const { header, value } = options(given, "header value", "config.routes authorize");
  if (typeof header !== "string" || !/^[\w!#$%&'*+.^`|~-]+$/.test(header)) fail("config.routes authorize.header must be the name of a header");
  if (!texts(value, "config.routes authorize.value").every(Boolean) || value === undefined) fail("config.routes authorize.value must be a non-empty string or a list of them");
}

/** Whether the header has one of the values. */
export async function hasHeader(request: Request, { header, value }: Header): Promise<boolean> {
  const given = request.headers.get(header);
  let found = false;
  for (const wanted of given ? texts(value, "value") : []) found = await same(given!, wanted) || found;
  return found;
}

const MESSAGE = new Uint8Array(1);

/** Compared by what both sign, of one length, and by the host, whose check takes as long for whatever differs. */
async function same(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all([given, wanted].map(text =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(text), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"])));
  return crypto.subtle.verify("HMAC", a!, await crypto.subtle.sign("HMAC", b!, MESSAGE), MESSAGE);
}
