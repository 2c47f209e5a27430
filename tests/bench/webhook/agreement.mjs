// Before anything is timed: ours and the peer answer the same, and plan the same requests.

import assert from "node:assert/strict";
import { faulty, oddWebhooks } from "./corpus.mjs";
import { post } from "./post.mjs";

/** Fails where the two differ; says what was compared. */
export async function assertAgreement(urls, count) {
  const good = oddWebhooks(count);
  let odd = 0;
  for (const [index, webhook] of good.entries()) {
    const [ours, peer] = [await answered(urls.ours, webhook), await answered(urls.peer, webhook)];
    assert.equal(ours.status, 200, `webhook ${index}`);
    assert.deepEqual(ours, peer, `webhook ${index}`);
    const [requests, others] = [await planned(urls.ours, webhook), await planned(urls.peer, webhook)];
    assert.equal(requests.length - 1, ours.requests, `webhook ${index}`);
    assert.deepEqual(requests, others, `webhook ${index}`);
    odd += Number(ours.ids < ours.received && ours.requests > 1);
  }
  assert.ok(odd > count / 3, "too few webhooks of several requests with ids left out to tell the two apart");
  const bad = Object.entries(faulty());
  for (const [fault, webhook] of bad) {
    for (const name of ["ours", "peer"]) {
      assert.equal((await answered(urls[name], webhook)).status, webhook.status, `${name}, a webhook with ${fault}`);
    }
  }
  return `both plan the same for ${good.length} good webhooks (${odd} of several requests, with ids left out) and refuse ${bad.length} bad ones`;
}

async function answered(url, { body, signature }) {
  const headers = { "content-type": "application/json", ...(signature !== undefined && { "heap-hash": signature }) };
  const { status, text } = await post(`${url}/heap`, body, headers);
  const { received, ids, requests } = JSON.parse(text);
  return { status, received, ids, requests };
}

// WHY without keys and origins: in this mode no keys are made, and origins each has in its own form.
async function planned(url, { body }) {
  const requests = JSON.parse((await post(`${url}/planned`, body)).text);
  return requests.map(({ path, body, ids }) => ({ path, body, ids }));
}
