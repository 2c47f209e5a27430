// The example worker in workerd, a stand-in for Braze behind it, and what a test asks them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { startBraze } from "../../../www/demo/braze_stand_in.mjs";
import { sign } from "../../../www/demo/heap_sender.mjs";
import { bundleWorker } from "../../../www/demo/start_worker.mjs";
import { startFaultyBraze } from "./faulty_braze.mjs";
import { KilledWorker } from "./killed_worker.mjs";

export const SECRET = "a secret of the crash test";
export const KEYS = { partnerApiKey: "partner-key-of-the-test", dataImportKey: "import-key-of-the-test" };
export const TOKEN = "operator-of-the-test";
const folder = await bundleWorker(process.env.KOHORT_PACKAGE_DIR);
const kept = mkdtempSync(join(tmpdir(), "kohort-kept-"));
const running = [];
after(async () => {
  for (const each of running.reverse()) await each.close();
  for (const each of [folder, kept]) rmSync(each, { recursive: true, force: true });
});

/** Users that Braze knows; Heap knows some more. */
export const KNOWN = 1_600;
export const user = (number) => `user-${number}`;
const users = Array.from({ length: KNOWN }, (_, at) => ({ external_id: user(at), braze_id: `b${at}` }));

/** A worker of its own; `fault` is what `startFaultyBraze` takes, `variables` are those of the worker besides. */
export async function world(name, fault = () => undefined, variables = {}) {
  const braze = await startBraze({ users, ...KEYS });
  const faulty = await startFaultyBraze(braze, fault);
  const worker = new KilledWorker({
    folder, kept: join(kept, name),
    environment: {
      HEAP_WEBHOOK_SECRET: SECRET, ADMIN_TOKEN: TOKEN, FIRST_RETRY_MS: "20", BRAZE_REST_ENDPOINT: faulty.url,
      BRAZE_PARTNER_API_KEY: KEYS.partnerApiKey, BRAZE_DATA_IMPORT_KEY: KEYS.dataImportKey, ...variables,
    },
  });
  running.push(braze, faulty, worker);
  return { braze, faulty, worker };
}

/** Asks the worker, also one that is just being started again. */
export async function ask(worker, path, { body, headers, method = headers?.authorization ? "PUT" : "POST" } = {}) {
  const response = await fetch((await worker.url()) + path, {
    ...(body !== undefined && { method, body }),
    headers, signal: AbortSignal.timeout(20_000),
  });
  return { status: response.status, answer: await response.json() };
}

export const sendPage = (worker, body) => ask(worker, "/heap", { body, headers: { "content-type": "application/json", "heap-hash": sign(body, { secret: SECRET }) } });

export async function untilForwarded(worker) {
  for (let attempt = 0; attempt < 1_500; attempt++) {
    try {
      const { answer } = await ask(worker, "/health");
      if (answer.queued === 0) return answer;
    } catch {}
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("requests are left");
}

