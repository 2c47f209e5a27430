// The page's side: calls of the `kohort` entry as messages to an engine, and their answers.
import { idList } from "../ids";
import type { Call, Held } from "./calls";
import { fromFault, type Fault, type Hello, type ToEngine, type ToPage } from "./messages";
import { pack, type Place } from "./pack";
import { placed, settle, type At, type Classes } from "./held";

/** A worker of the web's or of Node's. */
export type AnyWorker = {
  postMessage(message: unknown, transfer: readonly any[]): void;
  terminate(): unknown;
  addEventListener?(name: string, listener: (event: any) => void): void;
  on?(name: string, listener: (event: any) => void): void;
  ref?(): void;
  unref?(): void;
};

export const NOT_STARTED = "the worker of kohort could not be started: is its file where this one is, and may the page start a worker from there (content security policy's worker-src, origin)? Else start one yourself, which imports `kohort/worker/engine`, and give it to `connect`";
const SILENT = "no word from the worker of kohort within a minute: does it import `kohort/worker/engine`?";
const LOST = "what it held is lost, and the next `create` starts a new one";
/** Milliseconds in which a worker must have said that it is there. */
const PATIENCE = 60_000;

type Waiting = {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  call: Call;
  onProgress?: (value: unknown) => void;
  signal?: AbortSignal;
  abort?: () => void;
  /** What `onProgress` threw. */
  thrown?: { error: unknown };
  /** What is asked, and what it is given: as long as somebody waits, nothing of it may be collected. */
  held: unknown[];
  streams: number[];
};
type Pumped = { stream: ReadableStream; reader?: ReadableStreamDefaultReader; error?: unknown };

/** One worker, from its start to its end. */
export class Link {
  readonly #port: MessagePort & Partial<Pick<AnyWorker, "ref" | "unref">>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #streams = new Map<number, Pumped>();
  /** Given up at the end: the wait for the engine's lock, which it gives back at its own. */
  readonly #lock = new AbortController();
  readonly #lockName: string | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #next = 0;
  #ready = false;
  /** Why it ended, if it has. */
  ended: string | undefined;

  constructor(readonly worker: AnyWorker, readonly classes: Classes) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToPage>) => this.#take(data);
    const over = (how: string) => () => this.end(this.#ready ? `the worker of kohort ${how}: ${LOST}` : NOT_STARTED);
    // Of the web's workers, and of Node's.
    for (const name of ["error", "messageerror"]) worker.addEventListener?.(name, over("crashed"));
    worker.on?.("error", over("crashed"));
    worker.on?.("exit", over("ended"));
    // WHY: a lock, since no event tells of a web worker that closes itself or that the page ends (Chromium
    // 156, Firefox 153: ports have no `close`). Locks need a secure context.
    if (!worker.on && navigator.locks) this.#lockName = `kohort ${crypto.randomUUID()}`;
    const hello: Hello = { kohort: 1, port: port2, ...this.#lockName && { lock: this.#lockName } };
    worker.postMessage(hello, [port2]);
    this.#patience = setTimeout(() => this.end(SILENT), PATIENCE);
    (this.#patience as { unref?(): void }).unref?.();
    this.#rest();
  }

  /** The engine has the lock: who gets it next knows that the worker ended. */
  #watch(): void {
    navigator.locks.request(this.#lockName!, { signal: this.#lock.signal }, () => this.end(`the worker of kohort ended: ${LOST}`)).catch(() => {});
  }

  /** Ends the worker: all that waits for it is told why. */
  end(why: string): void {
    if (this.ended) return;
    this.ended = why;
    clearTimeout(this.#patience);
    this.#lock.abort();
    this.worker.terminate();
    this.#port.close();
    for (const { reader, stream } of this.#streams.values()) void cancel(reader ?? stream);
    for (const id of [...this.#waiting.keys()]) this.#settle(id)!.reject(new Error(why));
    this.#streams.clear();
  }

  forget(held: number): void {
    if (!this.ended) this.#say({ is: "forget", held });
  }

  /** Asks the engine: `on` an object that it has. */
  async ask(name: string, call: Call, args: unknown[], on?: number, self?: object): Promise<unknown> {
    if (this.ended) throw new Error(this.ended);
    const { given, transfer, signal, onProgress } = readOptions(call, args);
    signal?.throwIfAborted();
    const streams: number[] = [];
    const place: Place = {
      held: value => {
        const place = placed(value);
        if (!place) return undefined;
        if (place.freed) throw new Error(`this ${place.kind} was freed`);
        if (place.link !== this) throw new TypeError(`this ${place.kind} is another worker's`);
        return { is: place.kind === "report" ? "report" : "held", id: place.id };
      },
      stream: stream => {
        this.#streams.set(++this.#next, { stream });
        streams.push(this.#next);
        return this.#next;
      },
    };
    const packed = pack(given, transfer, place);
    const id = ++this.#next;
    const options = packed.given[call.options ?? -1] as Record<string, unknown> | undefined;
    // What `onProgress` throws ends the call as a signal does.
    if (signal || onProgress) options!["signal"] = undefined, packed.marks.push({ at: [call.options!, "signal"], is: "signal" });
    if (onProgress) options!["onProgress"] = undefined, packed.marks.push({ at: [call.options!, "onProgress"], is: "progress" });
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve: value => resolve(this.#revive(value as never, call)), reject, call, streams, held: [self, args] };
      if (onProgress) waiting.onProgress = onProgress;
      if (signal) {
        waiting.signal = signal;
        waiting.abort = () => {
          this.#say({ is: "abort", id });
          // WHY: not of a load, which leaves something: what is asked next must find it over.
          if (on !== undefined) return;
          this.#settle(id);
          this.#drop(streams);
          reject(signal.reason);
        };
        signal.addEventListener("abort", waiting.abort);
      }
      this.#waiting.set(id, waiting);
      this.#rest();
      try {
        this.#say({ is: "call", id, name, ...on !== undefined && { on }, given: packed.given, marks: packed.marks }, [...packed.transfer]);
      } catch {
        // The browser's own words may hold a value.
        this.#settle(id);
        this.#drop(streams);
        reject(new TypeError("an argument cannot be sent to a worker"));
      }
    });
  }

  #say(message: ToEngine, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Node ends where nothing is waited for. */
  #rest(): void {
    const name = this.#waiting.size ? "ref" : "unref";
    this.worker[name]?.();
    this.#port[name]?.();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    this.#waiting.delete(id);
    if (waiting.abort) waiting.signal!.removeEventListener("abort", waiting.abort);
    this.#rest();
    return waiting;
  }

  #take(message: ToPage): void {
    switch (message.is) {
      case "ready":
        this.#ready = true;
        return clearTimeout(this.#patience);
      case "locked": return this.#watch();
      case "answer": {
        const waiting = this.#settle(message.id);
        // Nobody waits any more: it was aborted.
        if (!waiting) return message.held !== undefined ? this.forget(message.held) : undefined;
        this.#drop(waiting.streams);
        // The answer may have been on its way before the engine heard that it is not wanted.
        if (waiting.thrown || waiting.signal?.aborted) {
          if (message.held !== undefined) this.forget(message.held);
          return waiting.reject(this.#error({ own: "signal" }, waiting));
        }
        return waiting.resolve(message);
      }
      case "error": {
        const waiting = this.#settle(message.id);
        if (!waiting) return;
        waiting.reject(this.#error(message.error, waiting));
        return this.#drop(waiting.streams);
      }
      case "progress": return this.#progress(message.id, message.value);
      case "pull": return void this.#pull(message.stream);
      case "cancel": return this.#drop([message.stream]);
    }
  }

  #error(fault: Fault, { signal, thrown }: Waiting): unknown {
    if (!fault.own) return fromFault(fault);
    if (fault.own === "stream") return this.#streams.get(fault.stream)?.error;
    return thrown ? thrown.error : signal?.reason;
  }

  #progress(id: number, value: unknown): void {
    const waiting = this.#waiting.get(id);
    if (!waiting || waiting.thrown) return;
    try {
      waiting.onProgress?.(value);
    } catch (error) {
      // As where the page loads by itself: the load ends, and what was taken stays.
      waiting.thrown = { error };
      this.#say({ is: "abort", id });
    }
  }

  async #pull(id: number): Promise<void> {
    const pumped = this.#streams.get(id);
    if (!pumped) return;
    try {
      pumped.reader ??= pumped.stream.getReader();
      const { done, value } = await pumped.reader.read();
      if (this.ended) return;
      if (done) return this.#say({ is: "piece", stream: id });
      // WHY: a copy, as the piece's buffer may be used again by whoever made it.
      if (!(value instanceof Uint8Array)) return this.#say({ is: "piece", stream: id, wrong: true });
      const piece = value.slice();
      this.#say({ is: "piece", stream: id, piece }, [piece.buffer]);
    } catch (error) {
      pumped.error = error;
      if (!this.ended) this.#say({ is: "piece", stream: id, failed: true });
    }
  }

  #drop(streams: number[]): void {
    for (const id of streams) {
      const pumped = this.#streams.get(id);
      this.#streams.delete(id);
      if (pumped?.reader && !pumped.error) void cancel(pumped.reader);
    }
  }

  #revive({ value, held }: { value: any; held?: number }, { answer }: Call): unknown {
    if (answer === "lists" && value.ok) {
      for (const side of ["add", "remove"]) value[side] = idList(value[side].bytes, value[side].offsets);
    }
    if (answer === "ids" && value.ok) {
      const { bytes, offsets, ...told } = value;
      value = Object.assign(idList(bytes, offsets), told);
    }
    if (held === undefined) return value;
    const kind = answer as Held | "report";
    const place: At = { link: this, id: held, kind };
    // The rows of a report are found by the very object, as where the page calls by itself.
    if (kind === "report") settle(value.report ?? value, place);
    else if (kind === "Segment") value.segment = settle(this.classes[kind].made(undefined), place);
    else value = settle(this.classes[kind].made(value), place);
    return value;
  }
}

/** What is no stream of the platform's may not know how. */
async function cancel(stream: { cancel(): Promise<void> }): Promise<void> {
  try {
    await stream.cancel();
  } catch {}
}

/** Takes out of the options what is not the engine's; what is wrong with the rest is told there. */
function readOptions({ options: at, watched }: Call, args: unknown[]) {
  type Options = { transfer?: unknown; signal?: AbortSignal; onProgress?: (value: unknown) => void };
  const given = args[at ?? -1] as Options | undefined;
  if (at === undefined || typeof given !== "object" || !given) return { given: args, transfer: false };
  const { transfer = false, ...options } = given;
  if (typeof transfer !== "boolean") throw new TypeError("transfer must be true or false");
  const { signal, onProgress } = options;
  const signals = watched && typeof signal?.throwIfAborted === "function";
  const tells = watched && typeof onProgress === "function";
  if (signals) delete options.signal;
  if (tells) delete options.onProgress;
  const copy = [...args];
  copy[at] = options;
  return { given: copy, transfer, ...signals && { signal }, ...tells && { onProgress } };
}
