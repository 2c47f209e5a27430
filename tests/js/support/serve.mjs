// A server on a loopback port for pages and their modules.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm" };

/**
 * Serves `files`, texts by path, and what lies in folders, by the beginning of their paths. On what comes back
 * stand its `origin` and its `headers`, which may be changed.
 */
export async function serve(folders, { files = {}, headers = {} } = {}) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, "http://x");
    for (const [name, value] of Object.entries(server.headers)) response.setHeader(name, value);
    try {
      const body = files[pathname] ?? await readFile(found(folders, pathname.endsWith("/") ? `${pathname}index.html` : pathname));
      response.setHeader("content-type", TYPES[extname(pathname)] ?? "text/html");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(server, { origin: `http://127.0.0.1:${server.address().port}`, headers });
}

function found(folders, path) {
  const [beginning, folder] = Object.entries(folders).find(([beginning]) => path.startsWith(beginning));
  return join(folder, normalize(path.slice(beginning.length)));
}
