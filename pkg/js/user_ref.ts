// A user as the calls name one: by one of four kinds of ids.
import { fail, options, text } from "./arguments";
import type { UserRef } from "../types";

const USER = "user must be one of { external_id }, { alias }, { device_id } and { braze_id }";
/** In the order of the numbers that the module has for them. */
export const ID_KINDS = ["external_id", "alias", "device_id", "braze_id"];

/** The number that the module has for a kind of id, and the id; of an alias name and label. */
export function idOf(user: UserRef): [kind: number, name: string, label?: string] {
  if (typeof user !== "object") fail(USER);
  // A page of members names each user by an id, and their fields beside it.
  const { fields: _, ...given } = options(user, `${ID_KINDS.join(" ")} fields`, "user") as Record<string, unknown>;
  const names = Object.keys(given);
  if (names.length !== 1) fail(USER);
  const key = names[0]!, kind = ID_KINDS.indexOf(key);
  const id = (value: unknown, name: string) => text(value, name) ?? fail(`${name} must be a string`);
  if (key !== "alias") return [kind, id(given[key], `user.${key}`)];
  const { alias_name, alias_label } = options(given["alias"] as object, "alias_name alias_label", "user.alias") as Record<string, unknown>;
  return [kind, id(alias_name, "user.alias.alias_name"), id(alias_label, "user.alias.alias_label")];
}
