// The one object in wasm memory behind the calls that need none of their own.
import { wasm, type Exports } from "./engine";

let at: number | undefined;
const desk = (): number => at ??= wasm().desk_new();

/** Its buffer. */
export const room = { reserve: (length: number) => wasm().desk_reserve(desk(), length) >>> 0 };

type OfDesk<Name> = Name extends `desk_${infer Call}` ? Call : never;
type Call = Exclude<OfDesk<keyof Exports>, "new" | "reserve">;

let calls = 0;
/** The module's functions: put together and looked up, a name takes as long as a short call. */
const functions: { [name in Call]?: (...numbers: (number | boolean)[]) => number } = {};

/** Calls it: see `src/wasm/exports.rs`. */
export const call = (name: Call, ...numbers: (number | boolean)[]): number => {
  calls++;
  return (functions[name] ??= wasm()[`desk_${name}`])(desk(), ...numbers);
};

/** As long as it answers the same, nothing was called. */
export const turn = (): number => calls;
