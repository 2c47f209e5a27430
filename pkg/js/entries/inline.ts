// What can load no file: the module stands in this file, in Base64.
import base64 from "kohort:base64";
import { checked, startSync } from "kohort:core";
import { refused } from "./refused";
const module = checked(Uint8Array.from(atob(base64), character => character.charCodeAt(0)));
try {
  startSync(module);
} catch (cause) {
  refused(cause, "; workerd, which has no such policy, compiles no bytes: import the entry without /inline there");
}
export * from "kohort:api";
export const init = async () => {};
