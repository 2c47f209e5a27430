// Load on a worker over loopback, by autocannon: webhooks one after another on each of some connections.

import autocannon from "autocannon";
import { webhooks } from "./corpus.mjs";

/** What each connection sends, in turn: webhooks of its own. */
export function lanes(connections, ids, each) {
  return Array.from({ length: connections }, (_, number) => webhooks(each, ids, 100 + number).map(request));
}

const request = ({ body, signature }) => ({
  method: "POST",
  path: "/heap",
  headers: { "heap-hash": signature, "content-type": "application/json" },
  body,
});

/** Sends so many requests; answers requests a second, and the median and 99th percentile in milliseconds. */
export async function load(url, lanes, amount) {
  const times = [];
  let bad = 0;
  let started;
  let ended;
  const connections = [...lanes];
  const run = autocannon({
    url,
    amount,
    connections: lanes.length,
    sampleInt: 20, // Milliseconds, of which it waits for a whole one at the end.
    // Called once for each connection.
    setupClient: (client) => client.setRequests(connections.pop()),
  });
  run.on("start", () => (started = performance.now()));
  run.on("response", (_, status, __, milliseconds) => {
    ended = performance.now();
    times.push(milliseconds);
    if (status !== 200) bad++;
  });
  const { errors } = await run;
  if (bad > 0 || errors > 0 || times.length !== amount) {
    throw new Error(`of ${amount} requests ${times.length} were answered, ${bad} not by 200, and ${errors} failed`);
  }
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.min(amount - 1, Math.floor(amount * part))];
  return { perSecond: (amount * 1000) / (ended - started), p50: at(0.5), p99: at(0.99) };
}
