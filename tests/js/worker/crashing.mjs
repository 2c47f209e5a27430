// A worker of a page's own, which imports the engine and may crash, or close itself.
import "kohort/worker/engine";

addEventListener("message", ({ data }) => { if (data === "crash") throw new Error("crash"); });
addEventListener("message", ({ data }) => { if (data === "close") close(); });
