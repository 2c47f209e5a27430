// How a module is fetched and started, once.
import { checked, imports, start, started } from "kohort:core";

export type ModuleSource = WebAssembly.Module | BufferSource | Response | URL | string;

/** A function that loads and starts the module; after a failure it can be called again. */
export function fetched(own: () => URL): (source?: ModuleSource) => Promise<void> {
  let loading: Promise<void> | undefined;
  return source => loading ??= load(source ?? own()).catch(error => { loading = undefined; throw error; });
}

async function load(source: ModuleSource): Promise<void> {
  if (started()) return;
  checked(0);
  if (typeof source === "string" || source instanceof URL) source = await fetch(source);
  if (source instanceof Response) {
    if (!source.ok) throw new Error(`kohort could not fetch its module: HTTP status ${source.status}`);
    // WHY: not compileStreaming, which refuses a server that calls the file anything but application/wasm.
    source = await source.arrayBuffer();
  }
  const module = source instanceof WebAssembly.Module ? source : await WebAssembly.compile(source);
  start(await WebAssembly.instantiate(module, imports()), module);
}
