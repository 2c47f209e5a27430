// The regex module where the runtime compiles what is imported: it starts when it is first needed.
import module from "kohort:regex";
import { startRegexLate } from "kohort:core";
startRegexLate(() => module);
