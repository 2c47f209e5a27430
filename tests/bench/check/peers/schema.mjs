// The users request as a JSON Schema, for the peers that read one.

const text = { type: "string", minLength: 1 };
const texts = { type: "array", items: text };

/** What a schema can say of it. */
export const SCHEMA = {
  type: "object",
  required: ["partner_api_key", "client_secret", "cohort_id", "cohort_changes"],
  properties: {
    partner_api_key: text,
    client_secret: text,
    cohort_id: text,
    cohort_changes: {
      type: "array",
      items: {
        type: "object",
        properties: {
          user_ids: texts,
          device_ids: texts,
          aliases: {
            type: "array",
            items: {
              type: "object",
              required: ["alias_name", "alias_label"],
              properties: { alias_name: text, alias_label: text },
            },
          },
          should_remove: { type: "boolean" },
        },
        anyOf: [{ required: ["user_ids"] }, { required: ["device_ids"] }, { required: ["aliases"] }],
      },
    },
  },
};
