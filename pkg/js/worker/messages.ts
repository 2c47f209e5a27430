// What goes between the page and the engine, over a channel of its own, so that a worker may have
// other business besides.

/** What stands at a place of the arguments in place of what cannot be sent. */
export type Mark =
  | { at: Path; is: "held" | "report" | "stream"; id: number }
  | { at: Path; is: "transferred"; stream: ReadableStream }
  | { at: Path; is: "signal" | "progress" | "function" | "symbol" };
export type Path = (string | number)[];

/**
 * The first message to a worker: what comes next comes through the port. `lock`: a lock that the engine
 * takes and never gives back, by which the page notices its end.
 */
export type Hello = { kohort: 1; port: MessagePort; lock?: string };

export type ToEngine =
  /** `on`: the object whose member it is. */
  | { is: "call"; id: number; name: string; on?: number; given: unknown[]; marks: Mark[] }
  | { is: "abort"; id: number }
  /** Nobody can ask of these any more. */
  | { is: "forget"; held: number }
  /** A piece of the stream that was asked for: none at its end. `wrong`: one that is no bytes. */
  | { is: "piece"; stream: number; piece?: Uint8Array; failed?: boolean; wrong?: boolean };

export type ToPage =
  | { is: "ready" }
  /** The engine has its lock. */
  | { is: "locked" }
  | { is: "answer"; id: number; value: unknown; held?: number }
  | { is: "error"; id: number; error: Fault }
  | { is: "progress"; id: number; value: unknown }
  | { is: "pull" | "cancel"; stream: number };

/**
 * An error on its way. `own`: one that the page has, the reason of a signal or what its callback or its
 * stream threw, which is thrown there as it is.
 */
export type Fault =
  | { own: "signal" | "progress" }
  | { own: "stream"; stream: number }
  | { own?: undefined; kind: string; name: string; message: string };

const KINDS = { Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError };

export function toFault(error: unknown): Fault {
  if (typeof DOMException === "function" && error instanceof DOMException) {
    return { kind: "DOMException", name: error.name, message: error.message };
  }
  // What is no error may be anything, such as a piece of the input.
  if (!(error instanceof Error)) return { kind: "Error", name: "Error", message: "something was thrown that is no error" };
  const kind = Object.entries(KINDS).find(([, Kind]) => Object.getPrototypeOf(error) === Kind.prototype)?.[0] ?? "Error";
  return { kind, name: error.name, message: error.message };
}

export function fromFault({ kind, name, message }: Fault & { own?: undefined }): Error {
  if (kind === "DOMException") return new DOMException(message, name);
  const error = new (KINDS[kind as keyof typeof KINDS] ?? Error)(message);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  return error;
}
