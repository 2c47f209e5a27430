// Memory of workerd's process while ours answers very many webhooks.

import { readFileSync } from "node:fs";
import { lanes, load } from "./load.mjs";
import { startWorkers } from "./workerd.mjs";

/** Samples of a run. */
const SLICES = 20;

/** Sends so many webhooks; answers a table of resident memory, in MB. */
export async function memory(requests, measures) {
  const { urls, pid, close } = await startWorkers();
  try {
    if (pid === undefined) throw new Error("--memory needs a /proc that tells what a process holds");
    const sent = lanes(16, 1000, 12);
    const slice = Math.ceil(requests / SLICES);
    const rows = [{ name: "before the first", time: megabytes(pid) }];
    for (let done = slice; done <= requests; done += slice) {
      await load(urls.ours, sent, slice);
      rows.push({ name: `after ${done.toLocaleString("en-US")}`, time: megabytes(pid) });
    }
    // The first two slices warm it up: buffers, compiled code, the heap.
    const growth = rows.at(-1).time - rows[2].time;
    measures["W6.growthMegabytes"] = { median: growth, perRun: [growth] };
    rows.at(-1).measure = "W6.growthMegabytes";
    return { title: "W6, resident memory of workerd's process, webhooks of 1,000 ids", unit: "MB", rows };
  } finally {
    await close();
  }
}

function megabytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return (Number(kilobytes) * 1024) / 1e6;
}
