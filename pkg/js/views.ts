// Views as they are: a program may put properties of its own, or a class of its own, over what a view
// says of itself, and what is written into wasm memory must be what room was made for.

const getter = (of: object, name: string | symbol): (this: unknown) => any => Object.getOwnPropertyDescriptor(of, name)!.get!;
const TYPED = Object.getPrototypeOf(Uint8Array.prototype);
const [ofTyped, ofData] = [TYPED, DataView.prototype].map(of => ["buffer", "byteOffset", "byteLength"].map(name => getter(of, name)));

/** Which typed array it is; none for a `DataView`. */
export const typeOf: (this: unknown) => string | undefined = getter(TYPED, Symbol.toStringTag);
/** How many elements a typed array has. */
export const lengthOf: (this: unknown) => number = getter(TYPED, "length");

/** How many bytes a buffer has; throws for what is none. */
export const bufferLength: (this: unknown) => number = getter(ArrayBuffer.prototype, "byteLength");
/** Throws for a view whose buffer is gone or has become too short for it. */
export function whole(this: unknown): void {
  typeOf.call(this) ? TYPED.keys.call(this) : ofData![2]!.call(this);
}

/** Where a view looks: into which buffer, from where, over how many bytes. */
export const placeOf = (view: ArrayBufferView): [buffer: ArrayBuffer, byteOffset: number, byteLength: number] =>
  (typeOf.call(view) ? ofTyped! : ofData!).map(get => get.call(view)) as never;

/** The same bytes by a view that has nothing of its own. */
export const plain = (view: ArrayBufferView): Uint8Array => new Uint8Array(...placeOf(view));
