// What Heap's side does: it signs a webhook over the bytes that it sends, and sends it.
//
// Also a command, for trying the demo's worker by hand:
//   node www/demo/heap_sender.mjs sign FILE        prints the header to send with the file
//   node www/demo/heap_sender.mjs send URL FILE    signs the file, sends it, prints the answer
import { createHmac } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The secret that Heap and the demo's worker share. A real one is never written in a file. */
export const DEMO_SECRET = process.env.KOHORT_HEAP_SECRET ?? "the demo's webhook secret";

/** What the worker's operator shows. */
export const ADMIN_TOKEN = "the demo's admin token";

/** The value of `Heap-Hash`: an HMAC-SHA256 of the time followed by the body's bytes. */
export function sign(body, { secret = DEMO_SECRET, now = Date.now() } = {}) {
  const hmac = createHmac("sha256", secret).update(String(now)).update(body).digest("base64");
  return `ts:${now},hmac:${hmac}`;
}

/**
 * Sends a webhook, or asks where there is no body, and answers { status, answer }. `signature` replaces the right one,
 * an operator's `token` stands in its place.
 */
export async function send(url, body, { signature = body && sign(body), token } = {}) {
  const response = await fetch(url, body === undefined ? {} : {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : { "heap-hash": signature }) },
    body,
  });
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { text };
  }
  return { status: response.status, answer, text, retryAfter: response.headers.get("retry-after") };
}

/** A webhook as the bytes that Heap sends. */
export function webhook({ segment, page, add = [], remove = [], fields = [] }) {
  return Buffer.from(
    JSON.stringify({
      id_token: "CustomerIdToken",
      action_type: "segment.users.sync",
      customer_config: { fields },
      data: {
        segment,
        sync_info: { page_number: page.number, total_pages: page.total, sync_task_id: page.sync },
        add: add.map((id) => ({ id })),
        remove: remove.map((id) => ({ id })),
      },
    }),
  );
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [command, ...words] = process.argv.slice(2);
  if (command === "sign" && words.length === 1) {
    console.log(`Heap-Hash: ${sign(readFileSync(words[0]))}`);
  } else if (command === "send" && words.length === 2) {
    const body = readFileSync(words[1]);
    try {
      const { status, text } = await send(words[0], body);
      console.log(`${status} ${text}`);
      process.exitCode = status === 200 ? 0 : 1;
    } catch (error) {
      console.error(`nothing answers at ${words[0]} (${error.cause?.code ?? error.message}): start the worker, or give its address`);
      process.exitCode = 1;
    }
  } else {
    console.error("usage: node www/demo/heap_sender.mjs sign FILE | send URL FILE");
    process.exitCode = 2;
  }
}
