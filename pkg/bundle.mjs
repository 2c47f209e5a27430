// Bundles the package's JavaScript into dist/: `cargo xtask build` calls it when something changed.
//
// For each module there is one file with the bindings and all calls, `dist/<module>.js`, and for
// each runtime a thin entry beside it that says where the module comes from.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { tables } from "./tables.mjs";

const RUNTIMES = ["node", "workerd", "edge-light", "browser", "inline"];
const BANNER = "// kohort, MIT OR Apache-2.0\n";

const shared = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
  legalComments: "none",
  absWorkingDir: import.meta.dirname,
};

/** Names like `kohort:glue`, each made by a function: to the text of a module, or to a path. */
const names = made => ({
  name: "names of this package",
  setup(build) {
    build.onResolve({ filter: /^kohort:/ }, ({ path }) => {
      if (!(path in made)) return { errors: [{ text: `nothing is called ${path} here` }] };
      const { external } = made[path];
      return external ? { path: external, external: true } : { path, namespace: "kohort" };
    });
    build.onResolve({ filter: /^\.\/(edge|full)\.js$/ }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /.*/, namespace: "kohort" }, ({ path }) => ({ ...made[path], resolveDir: import.meta.dirname }));
  },
});

/** The bindings as the library wrote them, with what starts them exported too. */
function glue(module) {
  const text = readFileSync(new URL(`dist/wasm/${module}/kohort_${module}.js`, import.meta.url), "utf8");
  for (const name of ["__wbg_get_imports", "__wbg_finalize_init"]) {
    if (!text.includes(`function ${name}(`)) throw new Error(`the bindings have no ${name}: has wasm-bindgen changed?`);
  }
  return `${text}\nexport { __wbg_get_imports, __wbg_finalize_init };\n`;
}

for (const module of ["edge", "full"]) {
  const wasm = `./wasm/${module}/kohort_${module}_bg.wasm`;
  const { metafile } = await build({
    ...shared,
    banner: { js: BANNER },
    entryPoints: ["js/core.ts"],
    outfile: `dist/${module}.js`,
    metafile: true,
    plugins: [names({
      "kohort:glue": { contents: glue(module), loader: "js" },
      "kohort:tables": { contents: tables(), loader: "js" },
      "kohort:calls": { contents: `export * from "./js/${module}.ts";`, loader: "ts" },
    })],
  });
  const { exports } = metafile.outputs[`dist/${module}.js`];
  const inner = exports.filter(name => name.startsWith("$"));
  const calls = exports.filter(name => !name.startsWith("$"));
  for (const runtime of RUNTIMES) {
    await build({
      ...shared,
      banner: { js: BANNER },
      entryPoints: [`js/entries/${runtime}.ts`],
      outfile: `dist/${module}.${runtime}.js`,
      platform: runtime === "node" ? "node" : "neutral",
      define: { KOHORT_WASM: JSON.stringify(wasm) },
      plugins: [names({
        "kohort:core": { contents: `export { ${inner.map(name => `${name} as ${name.slice(1)}`)} } from "./${module}.js";` },
        "kohort:api": { contents: `export { ${calls} } from "./${module}.js";` },
        "kohort:wasm": { external: wasm + (runtime === "edge-light" ? "?module" : "") },
        "kohort:base64": { contents: runtime === "inline" && base64(wasm) },
      })],
    });
  }
}

// TypeScript takes the types of a package of modules for a CommonJS file's only under this ending.
for (const name of ["edge", "types"]) {
  const types = readFileSync(new URL(`${name}.d.ts`, import.meta.url), "utf8");
  writeFileSync(new URL(`dist/${name}.d.cts`, import.meta.url), types.replaceAll('"./edge.js"', '"./edge.cjs"'));
}

function base64(wasm) {
  return `export default "${readFileSync(new URL(`dist/${wasm}`, import.meta.url)).toString("base64")}";`;
}
