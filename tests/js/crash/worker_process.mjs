// The example worker in a process of its own, which can be killed: `KOHORT_WORKER` holds what it is started with.
import { runWorker } from "../../../www/demo/start_worker.mjs";

const { url } = await runWorker({ ...JSON.parse(process.env.KOHORT_WORKER), log: (text) => process.stderr.write(text) });
console.log(url);
