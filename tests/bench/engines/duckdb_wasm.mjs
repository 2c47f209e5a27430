// duckdb-wasm in this thread: its build for Node whose calls are synchronous.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** An empty database in memory, with a connection to it. */
export async function openDuckdbWasm() {
  const { createDuckDB, NODE_RUNTIME, VoidLogger } = await import("@duckdb/duckdb-wasm/blocking");
  const folder = dirname(require.resolve("@duckdb/duckdb-wasm/blocking"));
  const bundle = (kind) => ({ mainModule: join(folder, `duckdb-${kind}.wasm`), mainWorker: "" });
  const database = await createDuckDB({ mvp: bundle("mvp"), eh: bundle("eh") }, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate(() => {});
  database.open({ path: ":memory:" });
  return { database, connection: database.connect() };
}
