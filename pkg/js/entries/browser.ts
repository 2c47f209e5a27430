// Browsers and what else can fetch: the module is fetched by `init()`.
import { start, startSync, started, checked, imports, setLoader } from "kohort:core";
let loading: Promise<void> | undefined;

/** Fetches and starts the module, once; after a failure it can be called again. */
export function init(source?: WebAssembly.Module | BufferSource | Response | URL | string): Promise<void> {
  return loading ??= load(source).catch(error => { loading = undefined; throw error; });
}
setLoader(init);

async function load(source: WebAssembly.Module | BufferSource | Response | URL | string = new URL(KOHORT_WASM, import.meta.url)) {
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
export * from "kohort:api";
