// The packed npm package as installed by the task runner, reached as its users reach it: by name.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const project = process.env.KOHORT_PACKAGE_DIR;
if (project === undefined) throw new Error("run this by `cargo xtask test --only esm`, which installs the package");

// Every instance that an entry makes, so that tests can look at its memory.
const Original = WebAssembly.Instance;
const instances = [];
WebAssembly.Instance = class extends Original {
  constructor(module, imports) {
    super(module, imports);
    instances.push(this);
  }
};

const folder = mkdtempSync(join(project, "importer-"));
writeFileSync(join(folder, "edge.mjs"), 'export * from "kohort/edge";');
writeFileSync(join(folder, "full.mjs"), 'export * from "kohort";');
writeFileSync(join(folder, "vendors.mjs"), 'export * from "kohort/vendors";');
export const edge = await import(pathToFileURL(join(folder, "edge.mjs")));
export const full = await import(pathToFileURL(join(folder, "full.mjs")));
export const vendors = await import(pathToFileURL(join(folder, "vendors.mjs")));
rmSync(folder, { recursive: true });

/** Bytes of the memory of all modules together, also of those that start when they are first needed. */
export const wasmMemory = () => instances.reduce((sum, { exports }) => sum + exports.memory.buffer.byteLength, 0);

export const encode = (text) => new TextEncoder().encode(text);
