// The peers' lists of everything that is wrong with a request, not only of the first fault.
//
// Each answers the number of problems, after it has read path and message of every one.

import { TypeCompiler } from "@sinclair/typebox/compiler";
import { ValueErrorType } from "@sinclair/typebox/errors";
import { Ajv } from "ajv";
import * as v from "valibot";
import { typeboxSchema, valibotSchema, zodSchema } from "./libraries.mjs";
import { parse } from "./parse.mjs";
import { SCHEMA } from "./schema.mjs";

/** ajv 8, all errors. */
export const ajv = () => {
  const validate = new Ajv({ allErrors: true }).compile(SCHEMA);
  return (bytes) => {
    validate(parse(bytes));
    return read(validate.errors, (error) => error.instancePath.length);
  };
};

/** zod 4. */
export const zod = () => {
  const schema = zodSchema();
  return (bytes) => read(schema.safeParse(parse(bytes)).error.issues, ({ path }) => path.length);
};

/** valibot. */
export const valibot = () => {
  const schema = valibotSchema();
  return (bytes) => read(v.safeParse(schema, parse(bytes)).issues, ({ path }) => path.length);
};

/** typebox, compiled. */
export const typebox = () => {
  const compiled = TypeCompiler.Compile(typeboxSchema());
  return (bytes) => {
    const problems = [];
    // Where a field is missing it tells two things: that, and that the value has not its type.
    for (const problem of compiled.Errors(parse(bytes))) {
      if (problem.type !== ValueErrorType.ObjectRequiredProperty) problems.push(problem);
    }
    return read(problems, ({ path }) => path.length);
  };
};

/** By hand, with a path and a message for each. */
export const hand = () => (bytes) => read(problemsOf(parse(bytes)), ({ path }) => path.length);

function read(problems, pathLength) {
  let length = 0;
  for (const problem of problems) length += pathLength(problem) + problem.message.length;
  if (!(length > 0)) throw new Error("no path or message");
  return problems.length;
}

function problemsOf(body) {
  const problems = [];
  const text = (value, path) => {
    if (typeof value !== "string") problems.push({ path, message: "must be a string" });
    else if (value === "") problems.push({ path, message: "must not be empty" });
  };
  text(body.partner_api_key, "/partner_api_key");
  text(body.client_secret, "/client_secret");
  text(body.cohort_id, "/cohort_id");
  for (const [at, change] of body.cohort_changes.entries()) {
    for (const list of ["user_ids", "device_ids"]) {
      const ids = change[list] ?? [];
      for (let index = 0; index < ids.length; index++) {
        text(ids[index], `/cohort_changes/${at}/${list}/${index}`);
      }
    }
    const aliases = change.aliases ?? [];
    for (let index = 0; index < aliases.length; index++) {
      text(aliases[index].alias_name, `/cohort_changes/${at}/aliases/${index}/alias_name`);
      text(aliases[index].alias_label, `/cohort_changes/${at}/aliases/${index}/alias_label`);
    }
  }
  return problems;
}
