// Watches the making of wasm modules: how long it takes, and how large their memory becomes.
//
// To be imported before the package, in a process of its own. It looks from outside, so the package
// needs no call for it.

const instances = [];
let compileMs = 0;
let instantiateMs = 0;

WebAssembly.Module = new Proxy(WebAssembly.Module, {
  construct: (target, words) => {
    const start = performance.now();
    const module = Reflect.construct(target, words);
    compileMs += performance.now() - start;
    return module;
  },
});

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct: (target, words) => {
    const start = performance.now();
    const instance = Reflect.construct(target, words);
    instantiateMs += performance.now() - start;
    instances.push(instance);
    return instance;
  },
});

const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (source, imports) => {
  const start = performance.now();
  const made = await instantiate(source, imports);
  instantiateMs += performance.now() - start;
  instances.push(made.instance ?? made);
  return made;
};

/** Milliseconds that modules took to be made so far. */
export function wasmTimes() {
  return { compileMs, instantiateMs };
}

/** Bytes of all memories now. Wasm memory never shrinks, so this is the peak as well. */
export function wasmBytes() {
  const memories = new Set();
  for (const { exports } of instances) {
    for (const value of Object.values(exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
  }
  let bytes = 0;
  for (const memory of memories) bytes += memory.buffer.byteLength;
  return bytes;
}
