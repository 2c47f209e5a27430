// Objects that stay with the engine: on the page each is its place there, with a member for each row
// of the table.
import { MEMBERS, TOLD, type Held } from "./calls";
import type { Link } from "./client";

/** Where an object is. */
export type At = { readonly link: Link; readonly id: number; readonly kind: Held | "report"; freed?: boolean };

// Not properties, so that copies of an object are not taken for it, and nobody sees them.
const places = new WeakMap<object, At>();
const tellings = new WeakMap<object, Record<string, unknown>>();

/** What nobody has any more the engine need not keep either. */
const gone = typeof FinalizationRegistry === "function"
  ? new FinalizationRegistry<At>(at => { if (!at.freed) at.link.forget(at.id); })
  : undefined;

export const placed = (value: object): At | undefined => places.get(value);

/** Says where an object is. */
export function settle<T extends object>(value: T, at: At): T {
  places.set(value, at);
  gone?.register(value, at);
  return value;
}

type Class = { new (key: unknown): object; made(told: object | undefined): object };
export type Classes = Record<Held, Class & Record<string, unknown>>;

const KEY = {};
const MAKERS: Record<Held, string> = {
  CohortChecker: "createCohortChecker", Directory: "Directory.build", SyncGuard: "SyncGuard.create",
  Segment: "workspace.compileSegment", Workspace: "Workspace.create",
};
/** Of a directory what cannot be asked after `free()`. */
const ASKED = ["mode", "count", "falsePositiveRate"];

/** Where an object is that was not freed. */
function here(value: object, kind: Held): At {
  const at = placed(value);
  if (at?.kind !== kind) throw new TypeError(`this is no ${kind}`);
  if (at.freed) throw new Error(`this ${kind} was freed`);
  return at;
}

/** A class of such objects. */
export function heldClass(kind: Held): Class {
  const made = class {
    constructor(key: unknown) {
      if (key !== KEY) throw new TypeError(`a ${kind} is made by \`await ${MAKERS[kind]}()\`, not by \`new\``);
    }

    static made(told: object | undefined): object {
      const value = new made(KEY);
      if (!told) return value;
      tellings.set(value, told as never);
      for (const name of TOLD) if (!ASKED.includes(name)) Object.assign(value, { [name]: (told as any)[name] });
      return value;
    }
  };
  const { prototype } = made;
  const define = (name: string | symbol, descriptor: PropertyDescriptor) =>
    Object.defineProperty(prototype, name, { configurable: true, ...descriptor });
  Object.defineProperty(made, "name", { value: kind });
  const groups: Record<string, Record<string, (self: object, args: unknown[]) => Promise<unknown>>> = {};
  for (const [path, call] of Object.entries(MEMBERS[kind])) {
    if (path === "free") continue;
    const ask = async (self: object, args: unknown[]) => {
      const { link, id } = here(self, kind);
      return link.ask(path, call, args, id, self);
    };
    const [name, inner] = path.split(".") as [string, string?];
    if (inner) (groups[name] ??= {})[inner] = ask;
    else if (call.property) define(name, { get(this: object) { return ask(this, []); } });
    else define(name, { writable: true, value(this: object, ...args: unknown[]) { return ask(this, args); } });
  }
  for (const [name, calls] of Object.entries(groups)) {
    define(name, {
      get(this: object) {
        const value = Object.fromEntries(Object.entries(calls).map(([inner, ask]) => [inner, (...args: unknown[]) => ask(this, args)]));
        Object.defineProperty(this, name, { value });
        return value;
      },
    });
  }
  if (kind === "Directory") {
    define("directory", { get(this: object) { return this; } });
    for (const name of ASKED) define(name, { get(this: object) { here(this, kind); return tellings.get(this)![name]; } });
  }
  const free = async (value: object) => {
    const at = placed(value);
    if (!at || at.freed) return;
    at.freed = true;
    if (at.link.ended) return;
    // What ends the worker meanwhile frees it as well.
    await at.link.ask("free", {}, [], at.id).catch(error => { if (!at.link.ended) throw error; });
  };
  define("free", { writable: true, value(this: object) { return free(this); } });
  if (Symbol.dispose) define(Symbol.dispose, { writable: true, value(this: object) { free(this).catch(() => {}); } });
  return made as never;
}
