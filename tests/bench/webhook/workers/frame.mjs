// What the workers of W6 share: how a request is read and answered, and the work done many times in one request.
//
//   POST /hook          one webhook: `{ status, code, counts }`, as a worker would answer it
//   POST /hook?whole    the same, with the requests that were planned
//   POST /keep          webhooks to keep for what follows: a line of JSON with headers and lengths, then the bodies
//   POST /repeat?times  the work that many times, over those in turn: for the time of the work without the requests

/** Bytes of the largest body. */
const MAX_BYTES = 8 << 20;

/** A worker whose `work(body, header)` answers `{ status, code, counts?, requests? }`, or the promise of it. */
export function worker(work) {
  let kept = [];
  let at = 0; // Goes on where the last request stopped, so that no webhook comes twice in a few.
  return {
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/hook") {
        const body = await readBody(request);
        if (!body) return new Response(null, { status: 413 });
        const { requests, ...answer } = await work(body, request.headers.get("heap-hash"));
        const told = searchParams.has("whole") ? { ...answer, requests } : answer;
        return Response.json(told, { status: answer.status });
      }
      if (pathname === "/keep") {
        at = 0;
        kept = unpack(new Uint8Array(await request.arrayBuffer()));
        return new Response("kept");
      }
      let sum = 0;
      for (let left = Number(searchParams.get("times")); left--; at = (at + 1) % kept.length) {
        const { code, counts } = await work(kept[at].body, kept[at].header);
        if (code !== "page.planned") return new Response(code, { status: 500 });
        sum += counts.sent;
      }
      return new Response(String(sum));
    },
  };
}

/**
 * The body's bytes, or nothing where there are too many.
 *
 * WHY by the header: workerd's HTTP reads so many bytes and no more. Without it they are counted as they come.
 */
async function readBody(request) {
  const length = request.headers.get("content-length");
  if (length !== null) {
    return Number(length) <= MAX_BYTES ? new Uint8Array(await request.arrayBuffer()) : undefined;
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function unpack(bytes) {
  let at = bytes.indexOf(10);
  const index = JSON.parse(new TextDecoder().decode(bytes.subarray(0, at++)));
  // Copies, since a body that arrives by itself has a buffer of its own.
  return index.map(({ header, length }) => ({ header, body: bytes.slice(at, (at += length)) }));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** SHA-256 in hexadecimal digits, by the host. */
export async function sha256(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  let text = "";
  for (const byte of hash) text += HEX[byte];
  return text;
}
