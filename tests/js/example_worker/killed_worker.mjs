// A worker that is killed and started again, with what it kept on disk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("worker_process.mjs", import.meta.url));

export class KilledWorker {
  /** How often it was killed. */
  kills = 0;
  /** All that it logged. */
  log = "";
  #options;
  #child;
  #url;
  #closed = false;
  /** What is under way of killing it: one after another. */
  #killing = Promise.resolve();

  /** `options`: what `runWorker` takes. */
  constructor(options) {
    this.#options = options;
    this.#start();
  }

  #start() {
    // In a group of its own, with workerd, which it starts.
    const child = spawn(process.execPath, [program], {
      detached: true, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, KOHORT_WORKER: JSON.stringify(this.#options) },
    });
    child.stderr.setEncoding("utf8").on("data", (text) => (this.log += text));
    const lines = createInterface({ input: child.stdout });
    this.#url = Promise.race([
      once(lines, "line").then(([line]) => line),
      once(child, "exit").then(() => { throw new Error("the worker ended before it was ready"); }),
    ]);
    this.#url.catch(() => {});
    this.#child = child;
  }

  /** Where it is, as soon as it is there. */
  url() {
    return this.#url;
  }

  /** kill -9 for the whole group, and a new one in its place. */
  kill() {
    return (this.#killing = this.#killing.then(async () => {
      if (this.#closed) return;
      this.kills++;
      await this.#end();
      this.#start();
    }));
  }

  /** Ends it for good, also while it is being killed. */
  async close() {
    this.#closed = true;
    await this.#killing;
    await this.#end();
  }

  async #end() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    process.kill(-child.pid, "SIGKILL");
    await ended;
  }
}
