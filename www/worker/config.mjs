// What the gateway is configured with, from the worker's variables and secrets.

/** Variables, all of them texts, of which the gateway refuses what it does not know: see wrangler.jsonc, and `wrangler secret put NAME` for the secrets. */
export const configOf = (env, directory) => ({
  restEndpoint: env.BRAZE_REST_ENDPOINT,
  keys: { partnerApiKey: env.BRAZE_PARTNER_API_KEY, clientSecret: env.BRAZE_DATA_IMPORT_KEY },
  // The secret before holds as long as it is there: while one is being changed for the other.
  heap: { secret: [env.HEAP_WEBHOOK_SECRET, env.HEAP_WEBHOOK_SECRET_BEFORE].filter(Boolean), mapping: chosen },
  ...(env.PARTNERS && { partners: env.PARTNERS.split(/[ ,]+/) }),
  ...(env.MODE && { mode: env.MODE }),
  dryRun: { true: true, false: false }[env.DRY_RUN ?? "false"] ?? env.DRY_RUN,
  ...(env.FIRST_RETRY_MS && { firstRetryMs: Number(env.FIRST_RETRY_MS) }),
  // Whom nobody knows is sent all the same, and counted, unless somebody decides otherwise.
  ...(directory && { prefilter: { directory, unknown: env.UNKNOWN_IDS ?? "count" } }),
});

/** Which of their identifiers the customer chose in Heap decides where the ids go. */
function chosen(fields) {
  const choice = fields.find((field) => field.type === "identity_mapping")?.value ?? "external_id";
  return choice.startsWith("alias:") || choice === "device_id" ? mappingOf(choice) : "user_ids";
}

/** What ids are to Braze by the name of their kind; nothing where there is no such kind. */
export function mappingOf(name) {
  if (name.startsWith("alias:")) return { aliases: { alias_label: name.slice("alias:".length) } };
  return { user_id: "user_ids", user_ids: "user_ids", external_id: "user_ids", device_id: "device_ids", device_ids: "device_ids" }[name];
}
