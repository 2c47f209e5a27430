// What `kohort/worker` does in a runtime with threads.
import * as worker from "kohort/worker";
import { throughWorker } from "../../support/once_through.mjs";

export default () => throughWorker(worker);
