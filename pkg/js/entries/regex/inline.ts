// The regex module in Base64, for what can load no file.
import base64 from "kohort:regex-base64";
import { startRegexLate } from "kohort:core";
startRegexLate(() => Uint8Array.from(atob(base64), character => character.charCodeAt(0)));
