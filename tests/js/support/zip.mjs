// Zips for tests: files as the several kinds of programs write them.
import * as zlib from "node:zlib";

const encode = (text) => new TextEncoder().encode(text);
const number = (size, value) => {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) bytes[at] = Math.floor(value / 256 ** at) % 256;
  return bytes;
};
// Node 20 before 20.15 has none.
const crc = zlib.crc32 ?? ((bytes) => {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
});

/**
 * A zip of `{ name, text }`. `stored`: not packed. `later`: lengths come after the data, `"long"` in
 * eight bytes. `long`: the packed length stands in a zip64 field. `encrypted`, `method`: as marked.
 */
export function zip(files) {
  const parts = [];
  for (const { name = "users.txt", text = "", stored, later, long, encrypted, method = stored ? 0 : 8 } of files) {
    const bytes = typeof text === "string" ? encode(text) : text;
    const data = stored ? bytes : zlib.deflateRawSync(bytes);
    const sizes = [data.length, bytes.length];
    const [packed, unpacked] = later ? [0, 0] : long ? [0xffffffff, 0xffffffff] : sizes;
    const extra = long ? [number(2, 0x7075), number(2, 1), number(1, 9), number(2, 1), number(2, 16), number(8, sizes[1]), number(8, sizes[0])] : [];
    const title = encode(name);
    parts.push(
      "PK\x03\x04", number(2, 20), number(2, (later ? 8 : 0) | (encrypted ? 1 : 0)), number(2, method), number(4, 0),
      number(4, later ? 0 : crc(bytes)), number(4, packed), number(4, unpacked), number(2, title.length),
      number(2, extra.reduce((sum, part) => sum + part.length, 0)), title, ...extra, data);
    if (later) parts.push("PK\x07\x08", number(4, crc(bytes)), ...sizes.map((size) => number(later === "long" ? 8 : 4, size)));
  }
  // The list of files, of which a reader of streams needs how many there are; then the end.
  for (const { name = "users.txt" } of files) {
    const title = encode(name);
    parts.push("PK\x01\x02", Buffer.alloc(24), number(2, title.length), Buffer.alloc(16), title);
  }
  parts.push("PK\x05\x06", Buffer.alloc(4), number(2, files.length), number(2, files.length), Buffer.alloc(10));
  return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part, "latin1"))));
}
