// The size of files with everything that they import, as one runtime loads it: node measure.mjs FILE…
// Prints { files, raw, gzip, brotli } in JSON. Each file is compressed by itself, at full strength.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const { metafile } = await build({
  entryPoints: process.argv.slice(2),
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  outdir: "unused",
  logLevel: "error",
  loader: { ".wasm": "file" },
  plugins: [{
    name: "a module's import as edge-light writes it, and what the runtime has built in",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir, kind }) =>
        build.resolve(path.replace(/\?module$/, ""), { resolveDir, kind }));
      build.onResolve({ filter: /^(node|cloudflare):/ }, () => ({ external: true }));
    },
  }],
});

const files = Object.keys(metafile.inputs).sort();
const sizes = { files, raw: 0, gzip: 0, brotli: 0 };
for (const file of files) {
  const bytes = readFileSync(file);
  sizes.raw += bytes.length;
  sizes.gzip += gzipSync(bytes, { level: 9 }).length;
  sizes.brotli += brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;
}
console.log(JSON.stringify(sizes));
