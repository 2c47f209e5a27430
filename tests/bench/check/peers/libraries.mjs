// Schema libraries as people use them: parse, the library's check, the cross-checks by hand.
//
// Each looks at the parsed body in place; zod's and valibot's copies are made, as they always are,
// and then not used, which is to their advantage.

import { Validator } from "@cfworker/json-schema";
import { Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { Ajv } from "ajv";
import * as v from "valibot";
import { z } from "zod";
import { REFUSED } from "../answer.mjs";
import { crossChecks } from "./cross_checks.mjs";
import { parse } from "./parse.mjs";
import { SCHEMA } from "./schema.mjs";

const checker = (isGood) => (bytes) => {
  const body = parse(bytes);
  return isGood(body) ? crossChecks(body.cohort_changes) : REFUSED;
};

const hasList = ({ user_ids, device_ids, aliases }) =>
  user_ids !== undefined || device_ids !== undefined || aliases !== undefined;

/** ajv 8, compiled. */
export const ajv = () => checker(new Ajv().compile(SCHEMA));

/** ajv 8, compiled, with lengths in UTF-16 units instead of characters: an option it advises against. */
export const ajvUnits = () => checker(new Ajv({ unicode: false, logger: false }).compile(SCHEMA));

/** zod 4's schema. */
export function zodSchema() {
  const text = z.string().min(1);
  return z.object({
    partner_api_key: text,
    client_secret: text,
    cohort_id: text,
    cohort_changes: z.array(
      z
        .object({
          user_ids: z.array(text).optional(),
          device_ids: z.array(text).optional(),
          aliases: z.array(z.object({ alias_name: text, alias_label: text })).optional(),
          should_remove: z.boolean().optional(),
        })
        .refine(hasList),
    ),
  });
}

/** zod 4. */
export const zod = () => {
  const schema = zodSchema();
  return checker((body) => schema.safeParse(body).success);
};

/** valibot's schema. */
export function valibotSchema() {
  const text = v.pipe(v.string(), v.nonEmpty());
  return v.object({
    partner_api_key: text,
    client_secret: text,
    cohort_id: text,
    cohort_changes: v.array(
      v.pipe(
        v.object({
          user_ids: v.optional(v.array(text)),
          device_ids: v.optional(v.array(text)),
          aliases: v.optional(v.array(v.object({ alias_name: text, alias_label: text }))),
          should_remove: v.optional(v.boolean()),
        }),
        v.check(hasList),
      ),
    ),
  });
}

/** valibot. */
export const valibot = () => {
  const schema = valibotSchema();
  return checker((body) => v.safeParse(schema, body, { abortEarly: true }).success);
};

/** typebox, compiled. */
export const typebox = () => {
  const compiled = TypeCompiler.Compile(typeboxSchema());
  return checker((body) => compiled.Check(body) && body.cohort_changes.every(hasList));
};

/** typebox's schema. */
export function typeboxSchema() {
  const text = Type.String({ minLength: 1 });
  return Type.Object({
    partner_api_key: text,
    client_secret: text,
    cohort_id: text,
    cohort_changes: Type.Array(
      Type.Object({
        user_ids: Type.Optional(Type.Array(text)),
        device_ids: Type.Optional(Type.Array(text)),
        aliases: Type.Optional(
          Type.Array(Type.Object({ alias_name: text, alias_label: text })),
        ),
        should_remove: Type.Optional(Type.Boolean()),
      }),
    ),
  });
}

/** @cfworker/json-schema, which interprets the schema and so runs where `new Function` may not. */
export const cfworker = () => {
  const validator = new Validator(SCHEMA, "2020-12");
  return checker((body) => body !== undefined && validator.validate(body).valid);
};
