// The page: what its tests ask for stands on `window`. Plain, it names the package by an import map.
import * as full from "kohort";
import * as worker from "kohort/worker";
import * as suite from "./suite.mjs";

const own = () => new Worker(new URL("./crashing.mjs", import.meta.url), { type: "module" });
window.run = (name, given) =>
  name === "crashed" ? suite.crashed(worker, own())
    : name === "closed" ? suite.closed(worker, own(), (own) => given === "by itself" ? own.postMessage("close") : own.terminate())
    : name === "conformance" || name === "calls" ? suite[name](worker, full, given) : suite[name](worker, given);
