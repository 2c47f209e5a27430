// The page that loads: `window.load(users)` starts it, `window.result` is there when it has ended.

import { connect } from "kohort/worker";
import { PLAIN, profileChunks } from "../corpus.mjs";

window.load = (users) => {
  loaded(users).then(
    (result) => (window.result = result),
    (fault) => (window.result = { fault: String(fault) }),
  );
};

async function loaded(users) {
  const memory = new BroadcastChannel("memory");
  const { Workspace } = connect(new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" }));
  const workspace = await Workspace.create();
  const spot = Math.floor(users * 0.765);
  let given;
  let bytes = 0;
  let makingMs = 0;
  const chunks = profileChunks(users, (next, user) => {
    const profile = PLAIN(next, user);
    if (user === spot) given = profile;
    return profile;
  });
  const source = new ReadableStream({
    pull(controller) {
      const begin = performance.now();
      const { value, done } = chunks.next();
      makingMs += performance.now() - begin;
      if (done) return controller.close();
      bytes += value.length;
      controller.enqueue(value);
    },
  });
  const begin = performance.now();
  const answer = await workspace.loadProfiles(source);
  const loadMs = performance.now() - begin;
  const wasmBytes = await new Promise((resolve) => {
    memory.onmessage = ({ data }) => resolve(data);
    memory.postMessage("how large?");
  });
  const { code } = answer.problems[0] ?? {};
  const count = await workspace.userCount;
  if (answer.loaded !== users || count !== users) {
    throw new Error(`${answer.loaded} users were loaded, of whom ${count} are known, with ${wasmBytes} B of wasm memory: ${code}`);
  }
  const kept = await workspace.profile({ external_id: given.external_id });
  if (sorted(kept) !== sorted(given)) throw new Error("a user is not as it was given");
  return { users, bytes, loadMs, makingMs, wasmBytes };
}

/** JSON with the keys of every object in order. */
function sorted(value) {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
