// Before anything is timed: ours and the peer give the same answers, and plan the same requests.

import assert from "node:assert/strict";
import { faulty, oddWebhooks } from "./corpus.mjs";

/** Fails where the two differ; says what was compared. */
export async function assertAgreement(urls, count) {
  const good = oddWebhooks(count);
  let withRepeats = 0;
  for (const [index, webhook] of good.entries()) {
    const [ours, peer] = [await planned(urls.ours, webhook), await planned(urls.peer, webhook)];
    assert.equal(ours.status, 200, `webhook ${index}`);
    assert.deepEqual(ours, peer, `webhook ${index}`);
    withRepeats += Number(ours.counts.duplicates > 0 && ours.counts.conflicts > 0);
  }
  assert.ok(withRepeats > count / 2, "too few webhooks with repeats and conflicts to tell the two apart");
  // The same once more: both know the page again, and plan nothing.
  const [last] = good.slice(-1);
  for (const url of [urls.ours, urls.peer]) {
    assert.deepEqual(await planned(url, last), { status: 200, code: "page.done_before" });
  }
  const bad = Object.entries(faulty());
  for (const [fault, webhook] of bad) {
    for (const name of ["ours", "peer"]) {
      const { status, requests } = await planned(urls[name], webhook);
      assert.ok(status >= 400 && requests === undefined, `${name} takes a webhook with ${fault}`);
      assert.equal(status === 403, webhook.status === 403, `${name}, ${fault}`);
    }
  }
  return `both plan the same for ${good.length} good webhooks (${withRepeats} with repeats and conflicts) and refuse ${bad.length} bad ones`;
}

// WHY without the keys and origins: the peer's key is over the body as it stands, ours over the ids in order.
async function planned(url, { body, header }) {
  const headers = header === undefined ? {} : { "heap-hash": header };
  const response = await fetch(`${url}/hook?whole`, { method: "POST", body, headers });
  const { code, counts, requests } = await response.json();
  const answer = { status: response.status, code };
  if (requests === undefined) return answer;
  for (const { idempotencyKey } of requests) assert.match(idempotencyKey, /^[0-9a-f]{64}$/);
  return { ...answer, counts, requests: requests.map(({ path, body, ids }) => ({ path, body, ids })) };
}
