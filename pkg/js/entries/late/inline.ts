// The known module in Base64, for what can load no file.
import base64 from "kohort:base64";
import { startLate } from "kohort:core";
startLate(() => Uint8Array.from(atob(base64), character => character.charCodeAt(0)));
export * from "kohort:api";
