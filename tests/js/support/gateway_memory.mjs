// One request in a process of its own, and the most memory that it had: `node gateway_memory.mjs KIND`.
import { gzipSync } from "node:zlib";
import { encode } from "./package.mjs";
import { world } from "./gateway_world.mjs";

const MAX = 48 << 20;
const PIECE = 1 << 16;
const kind = process.argv[2];

const here = world({ config: { limits: { maxBytes: MAX } } });
const send = (stream, headers) => here.request(new Request("https://gateway.test/heap", {
  method: "POST", duplex: "half", headers: { "content-type": "application/json", ...headers }, body: stream,
}));
/** Pieces that are made when they are asked for; what nobody needs any longer is let go on the way, since only what is needed counts. */
const pieces = (total, make) => {
  let left = total, pulls = 0;
  return new ReadableStream({
    pull(controller) {
      if (left <= 0) return controller.close();
      left -= PIECE;
      if (++pulls % 32 === 0) globalThis.gc();
      controller.enqueue(make(total - left - PIECE));
    },
  }, { highWaterMark: 0 });
};

await send(encode("{}"));
const spaces = () => new Uint8Array(PIECE).fill(0x20);
// Random letters, which gzip makes little smaller; a bomb, which it makes a thousand times smaller.
const content = kind === "packed" ? Buffer.alloc(MAX - PIECE, 0x20).fill(Buffer.from(Array.from({ length: 70_001 }, () => 97 + Math.random() * 26))) : Buffer.alloc(kind === "bomb" ? 256 << 20 : 0);
const packed = content.length ? new Uint8Array(gzipSync(content, { level: 1 })) : undefined;
content.fill(0);
globalThis.gc();
const before = process.memoryUsage().rss;
const { status } = packed
  ? await send(pieces(packed.length, (at) => packed.slice(at, at + PIECE)), { "content-encoding": "gzip" })
  : await send(pieces(kind === "endless" ? Infinity : MAX - PIECE, spaces));
const peak = process.resourceUsage().maxRSS * 1024 - before;
console.log(JSON.stringify({ status, peak, size: MAX }));
