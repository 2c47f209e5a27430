// A process that takes in one set of users: prints how long that took and how much memory it needs;
// of a directory also what storing it and restoring it elsewhere need.
// Arguments: how many users, and `workspace` or a mode of `Directory`.

import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import { profileChunks } from "./corpus.mjs";

const [count, mode] = process.argv.slice(2);
const users = Number(count);
const chunks = [...profileChunks(users)];
const result = mode === "workspace" ? await workspace() : await directory();
console.log(JSON.stringify({ mode, ...result }));

async function workspace() {
  const { Workspace } = await import(entryUrl("kohort"));
  const kept = await Workspace.create();
  const before = wasmBytes();
  const begin = performance.now();
  await kept.loadProfiles(new Blob(chunks));
  const buildMs = performance.now() - begin;
  if (kept.userCount !== users) throw new Error("not all users were loaded");
  return { buildMs, wasmBytes: (wasmBytes() - before) / users };
}

async function directory() {
  const { Directory } = await import(entryUrl("kohort/edge"));
  const source = Buffer.concat(chunks);
  const before = wasmBytes();
  const begin = performance.now();
  const built = await Directory.build(source, { mode });
  const buildMs = performance.now() - begin;
  const bytes = built.toBytes();
  const builtBytes = (wasmBytes() - before) / users;
  // In the memory of another module, which has seen nothing yet.
  const { Directory: Other } = await import(entryUrl("kohort"));
  const start = wasmBytes();
  if (!Other.fromBytes(bytes).ok) throw new Error("what was stored is not restored");
  const restoredBytes = (wasmBytes() - start) / users;
  return { buildMs, storedBytes: bytes.length / users, wasmBytes: builtBytes, restoredBytes };
}
