// Serves the dashboard of www/ and the installed package beside it, on a loopback port. The page is
// not built: an import map says where `kohort` is.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

const www = fileURLToPath(new URL("..", import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".ndjson": "application/x-ndjson",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What may be asked for: the page, its folder, and the package. */
function fileOf(pathname, packageDir) {
  const path = normalize(decodeURIComponent(pathname));
  if (path.split(sep).includes("..") || path.includes("\0")) return undefined;
  if (path === "/" || path === "/index.html") return join(www, "index.html");
  if (path.startsWith("/dashboard/")) return join(www, path);
  if (path.startsWith("/kohort/")) return join(packageDir, "node_modules", path);
  return undefined;
}

export async function servePage({ packageDir, port = 0 }) {
  const policy = contentPolicy(await readFile(join(www, "index.html"), "utf8"));
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url, "http://localhost");
      const file = request.method === "GET" || request.method === "HEAD" ? fileOf(pathname, packageDir) : undefined;
      const bytes = file && (await readFile(file));
      if (!bytes) throw new Error("not found");
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "application/octet-stream",
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
      response.end(request.method === "HEAD" ? undefined : bytes);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    }
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The page may load its own files and nothing else, and can send nothing anywhere. */
function contentPolicy(html) {
  const inline = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(inline).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
