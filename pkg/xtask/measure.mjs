// The size of what a program loads, as one runtime loads it: node measure.mjs FILE…
// Each program is bundled as a worker's is, so what it does not use counts as little as it will
// there; modules stay files of their own. Prints { files, raw, gzip, brotli } in JSON, each file
// compressed by itself, at full strength.
import { resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const pkg = resolve(import.meta.dirname, "..");
const { outputFiles } = await build({
  entryPoints: process.argv.slice(2),
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  outdir: "unused",
  logLevel: "error",
  absWorkingDir: pkg,
  conditions: ["workerd", "worker", "import"],
  loader: { ".wasm": "copy" },
  plugins: [{
    name: "the package itself, and what the runtime has built in",
    setup(build) {
      build.onResolve({ filter: /^kohort(\/|$)/ }, ({ path, kind, pluginData }) =>
        pluginData ? undefined : build.resolve(path, { resolveDir: pkg, kind, pluginData: true }));
      build.onResolve({ filter: /^(node|cloudflare):/ }, () => ({ external: true }));
    },
  }],
});

const sizes = { files: [], raw: 0, gzip: 0, brotli: 0 };
for (const { path, contents } of outputFiles) {
  sizes.files.push(path.slice(path.lastIndexOf("/") + 1));
  sizes.raw += contents.length;
  sizes.gzip += gzipSync(contents, { level: 9 }).length;
  sizes.brotli += brotliCompressSync(contents, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
    },
  }).length;
}
console.log(JSON.stringify(sizes));
