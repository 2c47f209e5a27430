// Bodies that tests send.
import { createHmac } from "node:crypto";

export const KEYS = { partner_api_key: "pk-test", client_secret: "cs-test" };

/** A good users request with this many ids, half of them to add. */
export function usersRequest(count = 4, { prefix = "user" } = {}) {
  const ids = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const half = ids.length >> 1;
  return JSON.stringify({
    ...KEYS,
    cohort_id: "c1",
    cohort_changes: [{ user_ids: ids.slice(0, half) }, { user_ids: ids.slice(half), should_remove: true }],
  });
}

/** A webhook of one page of a sync. */
export function webhook({ add = ["ada", "grace"], remove = ["alan"], page = 1, of = 1, task = "task-1", id = 1338065, name = "Trials" } = {}) {
  const list = (ids) => ids.map((id) => ({ id }));
  return JSON.stringify({
    id_token: "customer",
    action_type: "segment.users.sync",
    customer_config: { fields: [{ field_id: "identity", field_display_name: "Identity", field_type: "identity_mapping", value: { id: "external_id", display_name: "External id" } }] },
    data: { segment: { id, name }, sync_info: { page_number: page, total_pages: of, sync_task_id: task }, add: list(add), remove: list(remove) },
  });
}

export const drain = ({ id = 1338065, name = "Trials" } = {}) =>
  JSON.stringify({ action_type: "segment.users.drain", data: { segment: { id, name } } });

/** The header that Heap would send. */
export const sign = (body, secret, timestamp) =>
  `ts:${timestamp},hmac:${createHmac("sha256", secret).update(`${timestamp}`).update(body).digest("base64")}`;
