// A process that builds one directory: prints how long that took and how large it is.
// Arguments: how many users, and the mode.

import { wasmBytes } from "../support/watched_wasm.mjs";
import { entryUrl } from "../support/package.mjs";
import { profileChunks } from "./corpus.mjs";

const [users, mode] = process.argv.slice(2);
const { Directory } = await import(entryUrl("kohort/edge"));
const source = Buffer.concat([...profileChunks(Number(users))]);
const before = wasmBytes();
const begin = performance.now();
const directory = await Directory.build(source, { mode });
const buildMs = performance.now() - begin;
console.log(
  JSON.stringify({
    mode,
    buildMs,
    storedBytes: directory.toBytes().length / Number(users),
    wasmBytes: (wasmBytes() - before) / Number(users),
  }),
);
