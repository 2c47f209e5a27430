// Arguments on their way to the engine: bytes are copied once, or go where the caller gives them
// away; what cannot be sent is marked.
import { placeOf, typeOf } from "../views";
import type { Mark, Path } from "./messages";

export type Packed = { given: unknown[]; marks: Mark[]; transfer: Set<Transferable> };

/** What the page knows of objects that stay with the engine, and of streams. */
export type Place = {
  /** A mark for an object that the engine has. */
  held(value: object): Pick<Mark & { id: number }, "is" | "id"> | undefined;
  /** A number for a stream that is asked for in pieces. */
  stream(stream: ReadableStream): number;
};

const tag = (value: unknown) => Object.prototype.toString.call(value).slice(8, -1);
/** Also of another realm. */
const isBuffer = (value: object): value is ArrayBuffer => tag(value) === "ArrayBuffer";
/** Streams that went: one that was read there looks here as if it were empty. */
const sent = new WeakSet<object>();
/** What goes as it is. */
const PLAIN = ["Blob", "File", "Date", "Map", "Set", "Module"];

/** Packs arguments; `gives`: their buffers are given away. */
export function pack(args: readonly unknown[], gives: boolean, place: Place): Packed {
  const marks: Mark[] = [], transfer = new Set<Transferable>();
  const met = new Map<object, unknown>();
  const marked = (mark: Mark) => void marks.push(mark);

  function bytes(value: ArrayBuffer | ArrayBufferView): unknown {
    const [whole, from, length] = ArrayBuffer.isView(value) ? placeOf(value) : [value, 0, value.byteLength];
    if (!whole.byteLength && isDetached(whole)) throw new TypeError("an argument is detached");
    if (gives && tag(whole) === "ArrayBuffer") {
      transfer.add(whole as ArrayBuffer);
      return value;
    }
    // WHY: not left to the browser, which copies all of the buffer of which a view shows a part.
    const copy = new Uint8Array(whole, from, length).slice().buffer;
    transfer.add(copy);
    if (!ArrayBuffer.isView(value)) return copy;
    return typeOf.call(value) === "Uint32Array" ? new Uint32Array(copy) : new Uint8Array(copy);
  }

  function walk(value: unknown, at: Path): unknown {
    if (typeof value === "function" || typeof value === "symbol") return marked({ at, is: typeof value as "function" });
    if (typeof value !== "object" || !value) return value;
    const held = place.held(value);
    if (held) return marked({ at, ...held } as Mark);
    if (ArrayBuffer.isView(value) || isBuffer(value)) return bytes(value);
    if (PLAIN.includes(tag(value))) return value;
    if (typeof (value as ReadableStream).getReader === "function") return stream(value as ReadableStream, at);
    if (Array.isArray(value) && value.every(item => typeof item === "string")) return value;
    // A circle is no argument of any call, but must not keep this one from its end.
    if (met.has(value)) return met.get(value);
    const copy: any = Array.isArray(value) ? [] : {};
    met.set(value, copy);
    if (Array.isArray(value)) value.forEach((item, index) => { copy[index] = walk(item, [...at, index]); });
    else for (const [key, item] of Object.entries(value)) {
      // Not set, where a key may be `__proto__`.
      Object.defineProperty(copy, key, { value: walk(item, [...at, key]), enumerable: true, configurable: true, writable: true });
    }
    return copy;
  }

  function stream(value: ReadableStream, at: Path): void {
    if (sent.has(value)) throw new TypeError("a stream is read only once: this one was given before");
    // A locked one is asked for in pieces, and answers the error that it has.
    if (value.locked || !(value instanceof ReadableStream) || !streamsGo()) return marked({ at, is: "stream", id: place.stream(value) });
    transfer.add(value as never);
    marked({ at, is: "transferred", stream: value });
  }

  const given = args.map((value, index) => walk(value, [index]));
  for (const mark of marks) if (mark.is === "transferred") sent.add(mark.stream);
  return { given, marks, transfer };
}

function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

let go: boolean | undefined;
/** Can the host transfer a stream? */
export function streamsGo(): boolean {
  // WHY: Deno 2.9 never ends once a stream was transferred, even where it was read to its end.
  if ("Deno" in globalThis) return false;
  if (go === undefined) {
    try {
      const stream = new ReadableStream();
      structuredClone(stream, { transfer: [stream as never] });
      go = true;
    } catch {
      go = false;
    }
  }
  return go;
}
