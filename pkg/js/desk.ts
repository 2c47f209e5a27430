// The one object in wasm memory behind the calls that need none of their own.
import { wasm, type Exports } from "./engine";

let at: number | undefined;
const desk = (): number => at ??= wasm().desk_new();

/** Its buffer. */
export const room = { reserve: (length: number) => wasm().desk_reserve(desk(), length) >>> 0 };

type OfDesk<Name> = Name extends `desk_${infer Call}` ? Call : never;
type Call = Exclude<OfDesk<keyof Exports>, "new" | "reserve">;

/** Calls it: see `src/wasm/exports.rs`. */
export const call = (name: Call, ...numbers: (number | boolean)[]): number => wasm()[`desk_${name}`](desk(), ...numbers);
