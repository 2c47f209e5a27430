// The gateway lets the host's WebCrypto look at the signature of a large body: it must answer as `verifyHeapSignature` does.
import assert from "node:assert/strict";
import test from "node:test";
import { sign, webhook } from "../support/bodies.mjs";
import { edge, encode } from "../support/package.mjs";

const { createCohortGateway, verifyHeapSignature } = edge;
const now = 1_690_000_000_500;
const ids = (count) => Array.from({ length: count }, (_, index) => `user-${index}`);
const BODIES = { small: webhook(), large: webhook({ add: ids(1000) }) };

/** What the gateway answers, and how often it asked the host. */
async function asked(t, body, header, { secret, ...heap }, at = now) {
  const verify = t.mock.method(crypto.subtle, "verify");
  const gateway = createCohortGateway({
    config: () => ({ restEndpoint: "https://rest.iad-01.braze.com", keys: { partnerApiKey: "p", clientSecret: "c" }, heap: { secret, ...heap }, mode: "check" }),
    now: () => at,
  });
  const headers = { "content-type": "application/json", ...(header !== null && { "heap-hash": header }) };
  const response = await gateway(new Request("http://worker/heap", { method: "POST", headers, body }));
  const calls = verify.mock.callCount();
  verify.mock.restore();
  const { code, problems } = await response.json();
  return { status: response.status, code, problems: problems.map(({ code, path, message }) => ({ code, path, message })), calls };
}

/** Holds both against each other; answers how often the host was asked, and the code. */
async function compare(t, body, header, options, at = now) {
  const ours = verifyHeapSignature(body, header, { ...options, now: at });
  const { status, code, problems, calls } = await asked(t, body, header, options, at);
  if (ours.ok) assert.deepEqual([status, code], [200, "page.checked"]);
  else {
    assert.deepEqual({ status, code }, { status: ours.status, code: ours.problems[0].code });
    assert.deepEqual(problems, ours.problems.map(({ code, path, message }) => ({ code, path, message })));
  }
  return { calls, code };
}

test("the host is asked about large bodies alone, once for each secret", async (t) => {
  for (const [size, body] of Object.entries(BODIES)) {
    for (const [secret, key] of [["s3cret", "s3cret"], [["next", "s3cret"], "s3cret"], [["s3cret", "", "before"], "s3cret"], ["é".repeat(80), "é".repeat(80)]]) {
      const { calls, code } = await compare(t, body, sign(body, key, now), { secret });
      assert.equal(code, "page.checked");
      assert.equal(calls, size === "small" ? 0 : [secret].flat().filter(Boolean).length, size);
    }
  }
});

test("what is not let in is told as by the call itself", async (t) => {
  const secret = "s3cret";
  for (const body of Object.values(BODIES)) {
    const good = sign(body, secret, now);
    const [ts, hmac] = good.split(",");
    // The last letter has two bits that stand for nothing: with one of them set the same bytes are written another way.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const other = good.slice(0, -2) + letters[letters.indexOf(good.at(-2)) + 1] + "=";
    const headers = {
      "signature.missing": [null],
      "signature.format": ["", "Bearer x", `${good},v:2`, good.toUpperCase()],
      "signature.part_missing": [ts, hmac],
      "signature.duplicate_part": [`${good},${ts}`, `${ts},${good}`],
      "signature.timestamp": [good.replace("ts:1", "ts:x"), good.replace("ts:", "ts:00009999"), `ts:,${hmac}`, good.replace("ts:", "ts:+")],
      "signature.base64": [other, good.replace("hmac:", "hmac:*"), `${good}=`, good.slice(0, -1)],
      "signature.length": [`${ts},hmac:AAAA`, `${ts},hmac:${"A".repeat(44)}`],
      "signature.mismatch": [sign(`${body} `, secret, now), sign(body, "other", now), good.replace("ts:16", "ts:15"), sign(body, "", now), sign(body, secret, `0${now}`).replace("ts:0", "ts:")],
    };
    for (const [code, of] of Object.entries(headers)) {
      for (const header of of) assert.equal((await compare(t, body, header, { secret })).code, code, header);
    }
    for (const header of [`${hmac},${ts}`, ` ${ts} ,\t${hmac} `, sign(body, secret, `000${now}`)]) {
      assert.equal((await compare(t, body, header, { secret })).code, "page.checked", header);
    }
  }
});

test("the window ends where it does for the call itself", async (t) => {
  const options = { secret: "s3cret", maxAgeMs: 5_000, maxFutureMs: 2_000 };
  for (const body of Object.values(BODIES)) {
    for (const [late, wide, narrow] of [
      [60_000, "page.checked", "signature.expired"], [60_001, "signature.expired", "signature.expired"], [5_000, "page.checked", "page.checked"],
      [-1_000, "page.checked", "page.checked"], [-1_001, "signature.future", "page.checked"], [-2_001, "signature.future", "signature.future"],
    ]) {
      const header = sign(body, "s3cret", now);
      assert.equal((await compare(t, body, header, { secret: "s3cret" }, now + late)).code, wide);
      assert.equal((await compare(t, body, header, options, now + late)).code, narrow);
    }
  }
});

test("where the host cannot, the call itself does", async (t) => {
  const body = BODIES.large, header = sign(body, "s3cret", now);
  for (const broken of [async () => { throw new Error("not here"); }, async () => false, async () => undefined]) {
    const importKey = t.mock.method(crypto.subtle, "importKey", broken);
    assert.equal((await asked(t, body, header, { secret: "s3cret" })).code, "page.checked");
    importKey.mock.restore();
  }
  assert.equal(verifyHeapSignature(encode(body), header, { secret: "s3cret", now }).ok, true);
});
