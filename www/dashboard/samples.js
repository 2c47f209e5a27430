// Sample data: made-up users, a webhook of Heap and a request in Braze's form.
const digits = (n) => String(n).padStart(4, "0");

/** Profiles as Braze exports them, a line each. */
export function sampleProfiles() {
  const users = [];
  for (let n = 1; n <= 1_200; n++) {
    users.push({
      external_id: `user-${digits(n)}`,
      braze_id: n.toString(16).padStart(24, "0"),
      user_aliases: n % 2 === 0 ? [{ alias_name: `user${n}@example.com`, alias_label: "email" }] : [],
      devices: [{ os: "Android (15)", device_id: `device-${digits(n)}` }],
    });
  }
  for (let n = 1_201; n <= 1_500; n++) {
    users.push({ braze_id: n.toString(16).padStart(24, "0"), devices: [{ os: "iOS 18.1", idfv: `device-${digits(n)}` }] });
  }
  // Two anonymous users of one device.
  for (const n of [9_001, 9_002]) users.push({ braze_id: n.toString(16).padStart(24, "0"), devices: [{ device_id: "device-shared" }] });
  return users.map((user) => `${JSON.stringify(user)}\n`).join("");
}

/** A page of 1,260 ids: known and unknown ones, some twice, some in both lists. */
export function sampleWebhook() {
  const add = [];
  for (let n = 1; n <= 1_100; n++) add.push(`user-${digits(n % 10 === 7 ? n + 8_000 : n)}`);
  add.push(...add.slice(0, 8));
  const remove = [];
  for (let n = 1_101; n <= 1_250; n++) remove.push(`user-${digits(n)}`);
  remove.push("user-0002", "user-0003");
  return JSON.stringify(
    {
      id_token: "CustomerIdToken",
      action_type: "segment.users.sync",
      customer_config: { fields: [] },
      data: {
        segment: { id: 1338065, name: "Trial drop-offs" },
        sync_info: { page_number: 1, total_pages: 1, sync_task_id: "sample" },
        add: add.map((id) => ({ id })),
        remove: remove.map((id) => ({ id })),
      },
    },
    null,
    1,
  );
}

/** All three kinds of ids, with things that deserve a warning. */
export function sampleRequest() {
  return JSON.stringify(
    {
      partner_api_key: "sample-partner-key",
      client_secret: "sample-import-key",
      cohort_id: "1338065",
      cohort_changes: [
        {
          user_ids: ["user-0001", "user-0002", " user-0003", "user-9999", "user-0001"],
          device_ids: ["device-1201", "device-1202", "device-0001", "device-shared", "device-9999"],
          aliases: [
            { alias_name: "user2@example.com", alias_label: "email" },
            { alias_name: "nobody@example.com", alias_label: "email" },
          ],
          source: "sample",
        },
        { user_ids: ["user-0004", "user-0002"], should_remove: true },
      ],
    },
    null,
    2,
  );
}
