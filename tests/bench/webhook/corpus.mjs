// Heap's webhooks, signed: one page of a sync each, half of its ids to add, the others to remove.

import { createHmac } from "node:crypto";
import { below, randomNumbers, SEED, uuid } from "../support/random.mjs";
import { SECRET } from "./settings.mjs";

/** Of these sizes the work is timed. */
export const SIZES = [1000, 100, 10];

/** So many webhooks of so many ids; each `stream` has others. */
export function webhooks(count, ids, stream = 60) {
  const next = randomNumbers(SEED + stream);
  return Array.from({ length: count }, (_, number) => {
    const list = (length) => Array.from({ length }, () => uuid(next));
    return signed(webhook({ add: list(ids >> 1), remove: list(ids - (ids >> 1)), task: uuid(next) }), number);
  });
}

/** Webhooks of all sizes with repeats, ids in both lists, empty ones, and ids of more than ASCII. */
export function oddWebhooks(count) {
  const next = randomNumbers(SEED + 59);
  const spell = [uuid, (next) => `jürgen "${below(next, 500)}"`, (next) => `李\\${below(next, 300)}`, (next) => String(below(next, 40))];
  return Array.from({ length: count }, (_, number) => {
    const list = (length) => Array.from({ length }, () => (below(next, 200) ? spell[below(next, spell.length)](next) : ""));
    const [add, remove] = [list(below(next, 3000)), list(below(next, number % 3 ? 40 : 3000))];
    for (let left = below(next, 30); left-- && add.length && remove.length; ) {
      remove[below(next, remove.length)] = add[below(next, add.length)];
    }
    return signed(webhook({ add, remove, task: `odd-${number}` }), number);
  });
}

/** What both must refuse, by what is wrong, with the status of the answer. */
export function faulty() {
  const good = webhook({ add: ["a"], remove: [], task: "faulty" });
  const { signature, body } = signed(good, 0);
  const spoilt = (spoil) => {
    const value = JSON.parse(good);
    spoil(value, value.data);
    return { ...signed(JSON.stringify(value), 0), status: 400 };
  };
  const badUtf8 = Buffer.from(good);
  badUtf8[badUtf8.indexOf("a\"}]")] = 0xff;
  return {
    "no signature": { body, signature: undefined, status: 400 },
    "a signature of other form": { body, signature: signature.replace("hmac", "hash"), status: 400 },
    "a signature over another body": { body: Buffer.from(`${good} `), signature, status: 403 },
    "an old signature": { ...signed(good, 0, 1_690_000_000_000), status: 403 },
    "the end cut off": { ...signed(good.slice(0, -2), 0), status: 400 },
    "invalid UTF-8": { ...signed(badUtf8, 0), status: 400 },
    "another action": spoilt((value) => (value.action_type = "segment.users.rename")),
    "no segment": spoilt((_, data) => delete data.segment),
    "no sync_info": spoilt((_, data) => delete data.sync_info),
    "an id that is a number": spoilt((_, data) => data.add.push({ id: 5 })),
    "an id that is no object": spoilt((_, data) => data.add.push("b")),
    "a list that is an object": spoilt((_, data) => (data.remove = {})),
    "a drain, whose members nobody knows": spoilt((value) => (value.action_type = "segment.users.drain")),
    "a page beyond the last": spoilt((_, data) => (data.sync_info.page_number = 9)),
  };
}

function webhook({ add, remove, task }) {
  const entries = (ids) => ids.map((id) => ({ id }));
  return JSON.stringify({
    id_token: "11edc52b-2918-4d71-9058-f7285e29d894",
    action_type: "segment.users.sync",
    customer_config: {
      fields: [{
        field_id: "id_mapping", field_display_name: "Identity", field_type: "identity_mapping",
        value: { id: "external_id", display_name: "External id" },
      }],
    },
    data: {
      segment: { id: 1338065, name: "Free Customers" },
      sync_info: { page_number: 1, total_pages: 1, sync_task_id: task },
      add: entries(add),
      remove: entries(remove),
    },
  });
}

const NOW = Date.now();

function signed(text, number, now = NOW) {
  const body = Buffer.from(text);
  const timestamp = String(now - number);
  const hmac = createHmac("sha256", SECRET).update(timestamp).update(body).digest("base64");
  return { body, signature: `ts:${timestamp},hmac:${hmac}` };
}
