// How a module is fetched and started, once.
import { checked, imports, start, started } from "kohort:core";
import { refused } from "./refused";

export type ModuleSource = WebAssembly.Module | BufferSource | Response | URL | string;

/** A function that loads and starts the module; after a failure it can be called again. */
export function fetched(own: () => URL): (source?: ModuleSource) => Promise<void> {
  let loading: Promise<void> | undefined;
  return source => loading ??= load(source ?? own()).catch(error => { loading = undefined; throw error; });
}

async function load(source: ModuleSource): Promise<void> {
  if (started()) return;
  checked(0);
  const module = await compiled(source);
  start(await WebAssembly.instantiate(module, imports()), module);
}

/** A module of the package, from wherever it is. */
export async function compiled(source: ModuleSource): Promise<WebAssembly.Module> {
  if (typeof source === "string" || source instanceof URL) {
    source = await fetch(source).catch(cause => {
      throw new Error("kohort could not fetch its module: may the page ask for it (content security policy's connect-src, CORS), and is it there?", { cause });
    });
  }
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`kohort could not fetch its module: HTTP status ${source.status}`);
    // WHY: not compileStreaming, which refuses a server that calls the file anything but application/wasm.
    const bytes = await source.arrayBuffer();
    source = bytes;
    if (new TextDecoder().decode(bytes.slice(0, 4)) !== "\0asm") {
      throw new Error("what was fetched for kohort's module is no WebAssembly: does the server answer with a page where a file is missing? (Vite before 8 needs `optimizeDeps: { exclude: [\"kohort\"] }`)");
    }
  }
  return source instanceof WebAssembly.Module ? source : WebAssembly.compile(source).catch(cause => refused(cause));
}
