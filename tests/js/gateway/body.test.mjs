// The body of a request: no more of it is read than is taken, and no more memory used than is said.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { webhook } from "../support/bodies.mjs";
import { encode } from "../support/package.mjs";
import { many, world } from "../support/gateway_world.mjs";

const MAX = 200_000;
const KB64 = 1 << 16;

/** A body that counts what is pulled of it; without `total` it never ends. */
function counting({ total = Infinity, piece = 16_384, type, fill = () => new Uint8Array(piece).fill(0x20), fail }) {
  const seen = { pulled: 0, cancelled: false };
  const stream = new ReadableStream({
    type,
    pull(controller) {
      if (seen.pulled >= total) {
        if (fail) return controller.error(new Error("cut with id-SECRET"));
        controller.close();
        return controller.byobRequest?.respond(0);
      }
      const bytes = fill(seen.pulled).subarray(0, total - seen.pulled);
      seen.pulled += bytes.length;
      controller.enqueue(bytes);
    },
    cancel() { seen.cancelled = true; },
  }, type ? undefined : { highWaterMark: 0 });
  return { stream, seen };
}

const post = (here, stream, headers = {}) => here.request(new Request("https://gateway.test/heap", {
  method: "POST", duplex: "half", body: stream, headers: { "content-type": "application/json", ...headers },
}));
const limited = () => world({ config: { limits: { maxBytes: MAX } } });

test("of a body without end no more than 64 KB beyond the limit is read", async () => {
  for (const type of [undefined, "bytes"]) for (const piece of [1_000, 16_384, KB64]) {
    const { stream, seen } = counting({ type, piece });
    const answer = await post(limited(), stream);
    assert.deepEqual([answer.status, answer.code], [413, "limit.bytes"]);
    assert.ok(seen.pulled <= MAX + KB64, `${seen.pulled} bytes`);
    await new Promise(setImmediate);
    assert.ok(seen.cancelled, "its sender is told to stop");
  }
});

test("a body that says it is much too large is not read", async () => {
  const { stream, seen } = counting({});
  const answer = await post(limited(), stream, { "content-length": `${MAX + KB64 + 1}` });
  assert.deepEqual([answer.status, answer.code, seen.pulled], [413, "limit.bytes", 0]);
  assert.ok(seen.cancelled);
});

test("a body a little too large is read to its end, so that its sender hears the answer", async () => {
  for (const length of [undefined, `${MAX + 1}`]) {
    const { stream, seen } = counting({ piece: 1_000, total: MAX + 1 });
    const answer = await post(limited(), stream, length && { "content-length": length });
    assert.deepEqual([answer.status, seen.pulled, Boolean(seen.cancelled)], [413, MAX + 1, false]);
  }
});

test("a length that is not true, or is none, changes nothing", async () => {
  for (const length of ["0", "1", `${MAX}`, "5, 5", "-1", "1e99", "", "99999999999999999999"]) {
    const short = await post(limited(), counting({ total: 5_000 }).stream, { "content-length": length });
    assert.equal(short.code, "signature.missing", length);
    const long = counting({});
    assert.equal((await post(limited(), long.stream, { "content-length": length })).status, 413, length);
    assert.ok(long.seen.pulled <= MAX + KB64);
  }
});

test("a body up to the limit is read whole, in whatever pieces", async () => {
  for (const type of [undefined, "bytes"]) for (const piece of [7, 65_536, MAX]) {
    const here = limited();
    await post(here, counting({ type, piece, total: MAX }).stream);
    assert.equal(here.log[0].bytes, MAX);
  }
});

test("a body that breaks off, and one that somebody read before", async () => {
  const answer = await post(limited(), counting({ total: 5_000, fail: true }).stream);
  assert.deepEqual([answer.status, answer.code], [400, "http.body"]);
  assert.ok(!JSON.stringify(answer).includes("SECRET"));
  const request = new Request("https://gateway.test/heap", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  await request.text();
  assert.deepEqual((await limited().request(request)).code, "http.body");
});

test("of packed data without end no more than 64 KB beyond the limit is read", async () => {
  // Members without content: nothing comes out, however much goes in.
  const nothing = gzipSync("");
  const { stream, seen } = counting({ fill: () => Uint8Array.from({ length: nothing.length * 500 }, (_, at) => nothing[at % nothing.length]) });
  const answer = await post(limited(), stream, { "content-encoding": "gzip" });
  assert.ok([413, 400].includes(answer.status), answer.code);
  assert.ok(seen.pulled <= MAX + KB64, `${seen.pulled} bytes`);
});

test("gzip in several members is one body where the host unpacks it so; what follows it is refused or never read", async () => {
  const here = world();
  const body = webhook();
  const parts = Buffer.concat([gzipSync(body.slice(0, 50)), gzipSync(body.slice(50))]);
  const answer = await post(here, parts, { "content-encoding": "gzip" });
  assert.ok(here.log[0].bytes === body.length || answer.code === "http.gzip");
  const more = await post(here, Buffer.concat([gzipSync(body), Buffer.from("more")]), { "content-encoding": "gzip" });
  assert.ok(here.log[1].bytes === body.length || more.code === "http.gzip");
  for (const cut of [1, 8, 9, 30]) {
    const packed = gzipSync(body);
    assert.equal((await post(here, packed.subarray(0, packed.length - cut), { "content-encoding": "gzip" })).code, "http.gzip");
  }
  const damaged = gzipSync(webhook({ add: many(500) }));
  damaged[40] ^= 0xff;
  assert.equal((await post(here, damaged, { "content-encoding": "gzip" })).code, "http.gzip");
  assert.equal((await post(here, "", { "content-encoding": "gzip" })).status, 400);
});

test("a request needs no more than three times its body", { timeout: 60_000 }, () => {
  const child = fileURLToPath(new URL("../support/gateway_memory.mjs", import.meta.url));
  for (const kind of ["endless", "plain", "packed", "bomb"]) {
    const { status, peak, size } = JSON.parse(execFileSync(process.execPath, ["--expose-gc", child, kind], { encoding: "utf8" }));
    assert.equal(status, { plain: 400, packed: 400, endless: 413, bomb: 413 }[kind]);
    // What the runtime itself has of its own for streams and for unpacking: some MB, whatever the body's size.
    assert.ok(peak <= 3 * size + (12 << 20), `${kind}: ${(peak / 2 ** 20).toFixed(1)} MB for ${(size / 2 ** 20).toFixed(1)} MB`);
  }
});

test("a header that is huge costs no more than it is long", async () => {
  const here = limited();
  const spaces = " ".repeat(200_000);
  const cases = [
    [{ "content-type": `application/json${spaces}x` }, 415], [{ "content-type": `application/json;${spaces}charset=utf-8` }, 400],
    [{ "content-type": `application/json${";".repeat(200_000)}` }, 400], [{ "content-type": `application/${"a+".repeat(100_000)}` }, 415],
    [{ "heap-hash": `ts:${"1".repeat(200_000)},hmac:AAAA` }, 400], [{ "heap-hash": ",".repeat(200_000) }, 400], [{ "heap-hash": `hmac:${"A".repeat(200_000)}` }, 400],
    [{ "content-encoding": "g".repeat(200_000) }, 415], [{ "content-length": "9".repeat(200_000) }, 400],
  ];
  for (const [headers, status] of cases) assert.equal((await post(here, encode("{}"), headers)).status, status, JSON.stringify(headers).slice(0, 60));
});
