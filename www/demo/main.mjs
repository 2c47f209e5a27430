// `cargo xtask demo`: a Heap cohort travels into Braze, all on this machine.
//
// The example worker of www/worker runs in workerd, a small stand-in plays Braze, and the dashboard
// of www/ is served beside them. On a terminal everything stays up after the tour, to be tried by
// hand; with --once, or without a terminal, the program ends.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startBraze } from "./braze_stand_in.mjs";
import { ADMIN_TOKEN, DEMO_SECRET } from "./heap_sender.mjs";
import { knownUsers } from "./generated.mjs";
import { servePage } from "./page_server.mjs";
import { startWorker } from "./start_worker.mjs";
import { bold, dim, line } from "./print.mjs";
import { tour } from "./tour.mjs";

const packageDir = process.env.KOHORT_PACKAGE_DIR;
if (!packageDir) {
  console.error("start the demo with `cargo xtask demo`: it builds and installs what this needs");
  process.exit(2);
}
const stays = process.stdin.isTTY && process.stdout.isTTY && !process.argv.includes("--once");

const keys = { partnerApiKey: "demo-partner-key", clientSecret: "demo-data-import-key" };
const users = knownUsers();
const { resolve } = createRequire(join(packageDir, "package.json"));
const kohort = await import(pathToFileURL(resolve("kohort")));
const rules = JSON.parse(readFileSync(resolve("kohort/segment.rules.json"), "utf8"));

const running = [];
let good = false;
// However the program ends, by itself or by Ctrl-C: what counts is how the tour went.
process.once("exit", () => (process.exitCode = good ? 0 : 1));
try {
  const braze = await startBraze({ users, partnerApiKey: keys.partnerApiKey, dataImportKey: keys.clientSecret });
  running.push(braze);
  const log = [];
  const worker = await startWorker({
    packageDir,
    environment: {
      HEAP_WEBHOOK_SECRET: DEMO_SECRET,
      BRAZE_PARTNER_API_KEY: keys.partnerApiKey,
      BRAZE_DATA_IMPORT_KEY: keys.clientSecret,
      BRAZE_REST_ENDPOINT: braze.url,
      ADMIN_TOKEN,
      FIRST_RETRY_MS: "200",
    },
    log: (text) => log.push(text),
  });
  running.push(worker);
  const page = await servePage({ packageDir });
  running.push(page);

  good = await tour({ kohort, rules, worker, braze, users, keys, log });
  if (stays) {
    invite(worker.url, page.url);
    await new Promise(() => {}); // until Ctrl-C
  }
} finally {
  for (const each of running.reverse()) await each.close();
}

/** What can be tried by hand while everything is up. */
function invite(worker, page) {
  // From where the reader is, in quotes where a shell would cut the name.
  const here = (name) => {
    const path = relative(process.cwd(), fileURLToPath(new URL(name, import.meta.url)));
    return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  };
  const braze = (more) => JSON.stringify({ partner_api_key: keys.partnerApiKey, client_secret: keys.clientSecret, ...more });
  const sender = here("heap_sender.mjs");
  const sample = here("samples/try_it.json");
  line();
  line(bold("The dashboard"));
  line(page);
  line();
  line(bold("Try it by hand, in another terminal"));
  line(dim("# a page from Heap, signed. Send it again and it came before; change it first and it is refused"));
  line(`curl -s ${worker}/heap -H "$(node ${sender} sign ${sample})" --json @${sample}`);
  line(dim("# the same without a signature"));
  line(`curl -s ${worker}/heap --json @${sample}`);
  line(dim("# a request in Braze's form, with a number where an id must be"));
  line(`curl -s ${worker}/partners/heap/cohorts/users --json '${braze({ cohort_id: "1", cohort_changes: [{ user_ids: [7] }] })}'`);
  line(dim("# a file of your own, with its problems underlined"));
  line("cargo xtask demo FILE");
  line();
  line(dim("Ctrl-C ends it."));
}
