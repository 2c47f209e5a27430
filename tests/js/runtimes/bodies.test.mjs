// How much of a body is read in every runtime, whatever it says of its length.
import assert from "node:assert/strict";
import { testInEach } from "../support/runtimes.mjs";

const MAX = 200_000;
const KB64 = 1 << 16;
const PROGRAM = new URL("programs/bodies.mjs", import.meta.url);

const bodies = [];
for (const type of [undefined, "bytes"]) for (const length of [undefined, "0", "1", "5000", `${MAX}`]) for (const piece of [1_000, 16_384, KB64]) {
  // Short ones, as long as a piece that is asked for, up to the limit, a little beyond, and without an end.
  for (const total of [1, 4_096, 4_097, 5_000, KB64, KB64 + 1, MAX, MAX + 1, undefined]) bodies.push({ type, length, piece, total });
  bodies.push({ type, length, piece, total: 5_000, breaks: true });
}

testInEach("no more than 64 KB beyond the limit is read, and a body up to it is read whole", PROGRAM, { max: MAX, bodies }, (said) => {
  assert.equal(said.length, bodies.length);
  for (const [at, { code, pulled }] of said.entries()) {
    const { total = Infinity, breaks } = bodies[at];
    assert.equal(code, breaks ? "http.body" : total > MAX ? "limit.bytes" : "signature.missing", JSON.stringify(bodies[at]));
    assert.ok(total <= MAX ? pulled === total : pulled <= MAX + KB64, `${pulled} bytes of ${JSON.stringify(bodies[at])}`);
  }
});
