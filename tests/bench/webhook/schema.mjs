// Heap's webhook as a JSON Schema, and the code that ajv makes of it.

import Ajv from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const ids = {
  type: "array",
  items: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
};

const segment = { type: "object", required: ["id", "name"], properties: { id: { type: "integer" }, name: { type: "string" } } };

const field = {
  type: "object",
  required: ["field_id", "value"],
  properties: {
    field_id: { type: "string" },
    field_type: { type: "string" },
    value: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
  },
};

const syncInfo = {
  type: "object",
  required: ["page_number", "total_pages", "sync_task_id"],
  properties: { page_number: { type: "integer" }, total_pages: { type: "integer" }, sync_task_id: { type: "string", minLength: 1 } },
};

const SCHEMA = {
  type: "object",
  required: ["action_type", "data"],
  properties: {
    id_token: { type: "string" },
    action_type: { enum: ["segment.users.sync", "segment.users.drain"] },
    customer_config: { type: "object", properties: { fields: { type: "array", items: field } } },
    data: {
      type: "object",
      required: ["segment"],
      properties: { segment, sync_info: syncInfo, add: ids, remove: ids },
    },
  },
  if: { type: "object", properties: { action_type: { const: "segment.users.sync" } } },
  then: { type: "object", properties: { data: { type: "object", required: ["sync_info"] } } },
};

/** A module whose default export tells whether a value is a webhook. */
export function validatorModule() {
  const ajv = new Ajv({ code: { source: true, esm: true } });
  return standaloneCode(ajv, ajv.compile(SCHEMA));
}
