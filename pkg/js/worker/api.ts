// The calls that a page imports, made of the table.
import { CALLS, MEMBERS, type Call, type Held } from "./calls";
import { Link, type AnyWorker } from "./client";
import { heldClass, type Classes } from "./held";

export type Api = Record<string, any>;

/** The calls, which ask the worker that `start` starts: when it is first needed, and again when it ended. */
export function calls(start: () => AnyWorker): Api {
  const classes = Object.fromEntries(Object.keys(MEMBERS).map(kind => [kind, heldClass(kind as Held)])) as Classes;
  let link: Link | undefined;
  const running = () => link && !link.ended ? link : link = new Link(start(), classes);
  const api: Api = { ...classes };
  for (const [path, call] of Object.entries(CALLS)) {
    const [name, inner] = path.split(".") as [string, string?];
    const ask = async (...args: unknown[]) => running().ask(path, call, await before(call, args));
    // Without waiting where nothing is to be waited for, so that calls are sent in their order.
    const direct = async (...args: unknown[]) => running().ask(path, call, prepared(call, args));
    const made = call.before === "module" ? ask : direct;
    if (inner) Object.defineProperty(api[name], inner, { value: made, writable: true, configurable: true });
    else api[name] = made;
  }
  api["terminate"] = () => {
    link?.end("the worker of kohort was terminated: what it held is lost, and the next `create` starts a new one");
    link = undefined;
  };
  return api;
}

/** The calls of a worker that the page has started. */
export function connect(worker: AnyWorker): Api {
  if (typeof worker?.postMessage !== "function" || typeof worker.terminate !== "function") throw new TypeError("worker must be a Worker");
  let begun = false;
  return calls(() => {
    if (begun) throw new Error("the worker that was connected has ended: start and connect another");
    begun = true;
    return worker;
  });
}

/** Arguments that could not be sent, as what can. */
function prepared({ before }: Call, args: unknown[]): unknown[] {
  const [first, ...others] = args;
  if (before === "body") return [written(first), ...others];
  if (before === "headers" && typeof first === "object" && first && "headers" in first) {
    return [{ ...first, headers: pairs((first as { headers: unknown }).headers) }, ...others];
  }
  return args;
}

/** A body that was parsed already as the text that the call would make of it. */
function written(body: unknown): unknown {
  if (typeof body !== "object" || ArrayBuffer.isView(body) || /Buffer\]$/.test(Object.prototype.toString.call(body))) return body;
  try {
    // Of what cannot be written the call says so: it is given something like it.
    return JSON.stringify(body) ?? (() => {});
  } catch {
    return () => {};
  }
}

/** Headers as a list of pairs, or as they are. */
function pairs(headers: unknown): unknown {
  if (typeof headers !== "object" || !headers) return headers;
  if (Symbol.iterator in headers) return [...headers as Iterable<unknown>];
  if (typeof (headers as Headers).forEach !== "function") return headers;
  const list: [string, string][] = [];
  (headers as Headers).forEach((value, name) => list.push([name, value]));
  return list;
}

/** Where a module comes from, as seen from this page. */
async function before(_: Call, [source, ...others]: unknown[]): Promise<unknown[]> {
  if (typeof Response === "function" && source instanceof Response) {
    if (!source.ok) throw new Error(`kohort could not fetch its module: HTTP status ${source.status}`);
    return [await source.arrayBuffer(), ...others];
  }
  const url = typeof source === "string" || source instanceof URL;
  return [url ? new URL(source, globalThis.document?.baseURI ?? globalThis.location?.href).href : source, ...others];
}
