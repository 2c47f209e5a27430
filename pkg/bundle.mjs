// Bundles the package's JavaScript into dist/: `cargo xtask build` calls it when something changed.
//
// For each module there is one file with its bindings and calls, `dist/<module>.js`, and for each
// runtime a thin file beside it that says where the module comes from. The edge entry has two
// modules: what needs the second one is exported from a file that bundlers leave out where nobody
// uses it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { limits, tables } from "./tables.mjs";

/** Each runtime that has a file of its own, and its entry. */
const RUNTIMES = { node: "node", workerd: "compiled", "edge-light": "compiled", browser: "browser", inline: "inline" };
const MODULES = [
  { name: "known", entry: "edge", late: true },
  { name: "edge", entry: "edge", also: "known" },
  { name: "vendors", entry: "vendors" },
  { name: "full", entry: "full", regex: true },
];

const shared = {
  bundle: true,
  minify: true,
  // Node prints the line of an exception that nobody catches.
  lineLimit: 120,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
  legalComments: "none",
  absWorkingDir: import.meta.dirname,
  banner: { js: "// kohort, MIT OR Apache-2.0\n" },
};

/** Names like `kohort:glue`: each the text of a module, or a file that stays outside. */
const names = made => ({
  name: "names of this package",
  setup(build) {
    build.onResolve({ filter: /^kohort:/ }, ({ path }) => {
      if (!(path in made)) return { errors: [{ text: `nothing is called ${path} here` }] };
      const { external } = made[path];
      return external ? { path: external, external: true } : { path, namespace: "kohort" };
    });
    build.onResolve({ filter: /^\.\/(edge|full|known|vendors)[.a-z-]*\.js$/ }, ({ path }) => ({ path, external: true }));
    // WHY: package.json calls them free of side effects, which is so of what it ships.
    build.onResolve({ filter: /^\.\/js\/entries\/regex\// }, ({ path }) => ({ path: join(import.meta.dirname, path), sideEffects: true }));
    build.onLoad({ filter: /.*/, namespace: "kohort" }, ({ path }) => ({ ...made[path], resolveDir: import.meta.dirname }));
  },
});

/** What the modules without bindings import. */
const IMPORTS = { edge: ["random", "requests"], vendors: ["random"] };

/** The bindings as the library wrote them, with what starts them exported too; some modules have none. */
function glue(module) {
  if (module in IMPORTS) {
    const imports = IMPORTS[module].map(name => `"kohort:${name}": host`);
    return `import { host } from "./js/host.ts";
      export const __wbg_get_imports = () => ({ ${imports} });
      export const __wbg_finalize_init = ({ exports }) => exports;`;
  }
  const text = readFileSync(new URL(`dist/wasm/${module}/kohort_${module}.js`, import.meta.url), "utf8");
  for (const name of ["__wbg_get_imports", "__wbg_finalize_init"]) {
    if (!text.includes(`function ${name}(`)) throw new Error(`the bindings have no ${name}: has wasm-bindgen changed?`);
  }
  return `${text}\nexport { __wbg_get_imports, __wbg_finalize_init };\n`;
}

const base64 = wasm => `export default "${readFileSync(new URL(`dist/${wasm}`, import.meta.url)).toString("base64")}";`;

const REGEX = "./wasm/regex/kohort_regex_bg.wasm";
const calls = {};
for (const { name, entry, late, also, regex } of MODULES) {
  const wasm = `./wasm/${name}/kohort_${name}_bg.wasm`;
  const { metafile } = await build({
    ...shared,
    entryPoints: ["js/core.ts"],
    outfile: `dist/${name}.js`,
    metafile: true,
    define: { KOHORT_ENTRY: JSON.stringify(entry), KOHORT_MODULE: JSON.stringify(name) },
    plugins: [names({
      "kohort:glue": { contents: glue(name), loader: "js" },
      "kohort:random": { contents: `import { host } from "./js/host.ts"; export const { random } = host;`, loader: "ts" },
      "kohort:requests": { contents: `import { host } from "./js/host.ts"; export const { request } = host;`, loader: "ts" },
      // The bindings name a module once for each function.
      ...Object.fromEntries(["pattern", "matches", "forget"].map(name => [`kohort:${name}`, {
        contents: `import { patterns } from "./js/regex.ts"; export const { ${name} } = patterns;`, loader: "ts",
      }])),
      "kohort:limits": { contents: limits(), loader: "js" },
      "kohort:tables": { external: "./tables.js" },
      "kohort:calls": { contents: `export * from "./js/${name}.ts";`, loader: "ts" },
    })],
  });
  const { exports } = metafile.outputs[`dist/${name}.js`];
  const inner = exports.filter(name => name.startsWith("$"));
  calls[name] = exports.filter(name => !name.startsWith("$"));
  for (const [runtime, source] of Object.entries(RUNTIMES)) {
    // WHY: webpack and Vite go past a file that only passes names on, and so past what it does besides, where
    // package.json calls it free of side effects: the names of a file that may be left out are its own.
    const passed = late
      ? `import * as calls from "./${name}.js"; ${calls[name].map(call => `export const ${call} = calls.${call};`).join(" ")}`
      : `export { ${calls[name]} } from "./${name}.js";`;
    const others = also ? `export { ${calls[also]} } from "./${also}.${runtime}.js";` : "";
    await build({
      ...shared,
      entryPoints: [`js/entries/${late ? "late/" : ""}${source}.ts`],
      outfile: `dist/${name}.${runtime}.js`,
      platform: runtime === "node" ? "node" : "neutral",
      define: { KOHORT_WASM: JSON.stringify(wasm), KOHORT_REGEX: JSON.stringify(REGEX) },
      plugins: [names({
        "kohort:core": { contents: `export { ${inner.map(name => `${name} as ${name.slice(1)}`)} } from "./${name}.js";` },
        "kohort:api": {
          contents: `${regex ? `import "./js/entries/regex/${source}.ts";` : ""} ${passed} ${others}`,
          loader: "ts",
        },
        "kohort:edge-others": { contents: `export { $others as others } from "./${entry}.js";` },
        // Vercel compiles what is imported so.
        "kohort:wasm": { external: wasm + (runtime === "edge-light" ? "?module" : "") },
        "kohort:base64": { contents: runtime === "inline" && base64(wasm) },
        "kohort:regex": { external: REGEX + (runtime === "edge-light" ? "?module" : "") },
        "kohort:regex-base64": { contents: runtime === "inline" && base64(REGEX) },
      })],
    });
  }
}

// `kohort/worker`: calls on the page, and the engine that a worker runs, which has the calls of `kohort`.
for (const runtime of ["node", "browser"]) {
  for (const [file, entry] of [["worker", runtime], ["worker-engine", `engine_${runtime}`]]) {
    await build({
      ...shared,
      entryPoints: [`js/worker/${entry}.ts`],
      outfile: `dist/${file}.${runtime}.js`,
      platform: runtime === "node" ? "node" : "neutral",
      // Bundlers look for the words in which the worker is started: no line may end among them.
      lineLimit: 0,
      plugins: [names({
        "kohort:entry": { external: `./full.${runtime}.js` },
        // The page needs the clusters alone of them.
        "kohort:tables": { contents: tables(), loader: "js" },
        "kohort:limits": { contents: limits(), loader: "js" },
        "kohort:glue": { contents: "export const __wbg_get_imports = undefined, __wbg_finalize_init = undefined;", loader: "js" },
      })],
    });
  }
}

writeFileSync(new URL("dist/tables.js", import.meta.url), `${shared.banner.js}${tables()}\n`);

// TypeScript takes the types of a package of modules for a CommonJS file's only under this ending.
for (const name of ["edge", "explain", "gateway", "known", "segment", "types", "vendors", "worker", "worker-engine"]) {
  const types = readFileSync(new URL(`${name}.d.ts`, import.meta.url), "utf8");
  writeFileSync(new URL(`dist/${name}.d.cts`, import.meta.url), types.replaceAll(/"\.\/(edge|explain|gateway|known|segment|types|vendors|worker)\.js"/g, '"./$1.cjs"'));
}
