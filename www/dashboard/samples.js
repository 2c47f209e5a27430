// Sample data: made-up users, a webhook of Heap and a request in Braze's form.
const DAY = 24 * 3_600_000;
const digits = (n) => String(n).padStart(4, "0");

/**
 * What a profile says besides its ids: the same for a number each time, but for days, which are counted back
 * from now. Some people lack some of it.
 */
function attributes(n) {
  const one = (list, step) => list[Math.floor(n / step) % list.length];
  const ago = (days) => new Date(Date.now() - days * DAY).toISOString();
  const used = (n * 7) % 45 + 0.5; // days since the app was used
  return {
    first_name: one(["Ada", "Ben", "Cem", "Dana", "Eva", "Finn", "Greta", "Hugo", "Ines", "Jan", "Kim"], 1),
    country: one(["DE", "DE", "AT", "CH", "FR", "US", undefined], 1),
    language: one(["de", "de", "de", "fr", "en"], 3),
    email_subscribe: one(["opted_in", "subscribed", undefined, "unsubscribed", "subscribed"], 2),
    random_bucket: n % 40 === 11 ? undefined : (n * 6_151) % 10_000,
    total_revenue: n % 3 === 0 ? (n % 50) * 4.5 : undefined,
    custom_attributes: { plan: one(["trial", "trial", "free", "team"], 1), seats: n % 9, interests: one([["charts"], ["charts", "exports"], []], 1) },
    custom_events: n % 5 < 2 ? [{ name: "finished_setup", first: ago(used + 20), last: ago(used + 3), count: 1 + (n % 4) }] : [],
    apps: n % 16 === 5 ? [] : [{ name: "Planner", platform: "Web", version: "4.2.0", sessions: 1 + (n % 30), first_used: ago(used + 60), last_used: ago(used) }],
    last_coordinates: n % 4 === 0 ? [8 + (n % 80) / 10, 47 + (n % 60) / 10] : undefined,
  };
}

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
  return users.map((user, at) => `${JSON.stringify({ ...user, ...attributes(at + 1) })}\n`).join("");
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
