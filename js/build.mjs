/**
 * Builds codex_jupyter/static: for each panel a loader, a heavy half and its texts in
 * other languages; the script of the documentation page, the licences of what is
 * bundled, and a manifest with the hash of the sources.
 */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = join(HERE, "..", "codex_jupyter", "static");
const PANELS = [
  "status",
  "execution",
  "executions",
  "api_viewer",
  "playground",
  "models",
  "connect",
  "drift",
  "deploy",
  "local",
];
/** Besides English, which is in the code itself. */
const LANGUAGES = ["pt-BR"];
const SWAGGER = join(HERE, "node_modules", "swagger-ui-dist");

/** What decides the result; frontend_hash.py computes the same from the same files. */
const SOURCES = ["build.mjs", "package.json", "package-lock.json", "tsconfig.json"];

async function sourceHash() {
  const inside = await readdir(join(HERE, "src"), {
    recursive: true,
    withFileTypes: true,
  });
  const paths = inside
    .filter((entry) => entry.isFile())
    .map((entry) => relative(HERE, join(entry.parentPath ?? entry.path, entry.name)))
    .map((path) => path.split(sep).join("/"));
  const hash = createHash("sha256");
  for (const path of [...SOURCES, ...paths].sort()) {
    const content = await readFile(join(HERE, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/** Swagger UI names its dark mode after the page's root; ours is a shadow host. */
const darkInShadow = {
  name: "dark-in-shadow",
  setup({ onLoad }) {
    onLoad({ filter: /swagger-ui\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8"))
        .replaceAll("html.dark-mode", ":host(.dark-mode)")
        .replace(/\/\*# sourceMappingURL=.*?\*\//g, ""),
      loader: "text",
    }));
  },
};

/** The documentation page and the viewer share a file: Swagger UI is shipped once. */
const swaggerBeside = {
  name: "swagger-beside",
  setup({ onResolve }) {
    onResolve({ filter: /panels\/api_viewer\/swagger\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? null : { path: "./swagger.js", external: true },
    );
  },
};

async function bundled(entry, define = {}) {
  // esbuild tells an error in full by itself; its stack would only bury it.
  const { outputFiles, metafile } = await build({
    absWorkingDir: HERE,
    metafile: true,
    entryPoints: [join(HERE, "src", entry)],
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    write: false,
    charset: "utf8",
    legalComments: "none", // they are in THIRD_PARTY_LICENSES.txt
    logLevel: "warning",
    loader: { ".css": "text" },
    plugins: [darkInShadow, swaggerBeside],
    define: {
      "process.env.NODE_ENV": '"production"',
      "define.amd": "false",
      ...define,
    },
  }).catch(() => process.exit(1));
  return { code: outputFiles[0].contents, inputs: Object.keys(metafile.inputs) };
}

async function bundle(entry, define) {
  return (await bundled(entry, define)).code;
}

/** What comes before a heavy half in that language: the texts of its files' folders. */
async function texts(language, inputs) {
  const folders = new Set();
  for (const path of inputs.filter((one) => one.startsWith("src/")))
    for (let at = dirname(path); at !== "."; at = dirname(at)) folders.add(at);
  const found = {};
  for (const folder of [...folders].sort()) {
    const path = join(HERE, folder, `${language}.json`);
    if (existsSync(path))
      Object.assign(found, JSON.parse(await readFile(path, "utf8")));
  }
  return `const CX_WORDS=${JSON.stringify({ language, texts: found })};\n`;
}

function sha256(...parts) {
  const made = createHash("sha256");
  for (const part of parts) made.update(part);
  return made.digest("hex");
}

async function messageTables() {
  const code = Buffer.from(await bundle("messages.ts")).toString("base64");
  const tables = await import(`data:text/javascript;base64,${code}`);
  return {
    shapes: tables.SHAPES,
    to_page: tables.TO_PAGE,
    from_page: tables.FROM_PAGE,
  };
}

async function licences() {
  const { version } = JSON.parse(await readFile(join(SWAGGER, "package.json"), "utf8"));
  const parts = await Promise.all(
    ["NOTICE", "LICENSE", "swagger-ui-es-bundle.js.LICENSE.txt"].map((name) =>
      readFile(join(SWAGGER, name), "utf8"),
    ),
  );
  const head = `This package's front end contains swagger-ui-dist ${version}, unchanged.\n`;
  return [head, ...parts].join(`\n${"-".repeat(78)}\n\n`);
}

const source = await sourceHash();
const swagger = await bundle("panels/api_viewer/swagger.ts");
const files = {
  ".gitkeep": "",
  "docs.js": await bundle("docs.ts"),
  "swagger.js": swagger,
};
const assets = { swagger: { en: sha256(swagger) } };
for (const panel of PANELS) {
  const { code: heavy, inputs } = await bundled(`panels/${panel}/index.ts`, {
    SWAGGER_HASH: JSON.stringify(assets.swagger.en),
  });
  assets[panel] = { en: sha256(heavy) };
  files[`${panel}.js`] = heavy;
  for (const language of LANGUAGES) {
    const before = await texts(language, inputs);
    assets[panel][language] = sha256(before, heavy);
    files[`${panel}.${language}.js`] = before;
  }
  files[`${panel}.loader.js`] = await bundle(`loaders/${panel}.ts`, {
    HEAVY_HASHES: JSON.stringify(assets[panel]),
  });
}
files["THIRD_PARTY_LICENSES.txt"] = await licences();
// Last: a build that was cut short has no manifest and counts as missing.
const manifest = { source, assets, messages: await messageTables() };
files["manifest.json"] = `${JSON.stringify(manifest, null, 1)}\n`;

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
for (const [name, content] of Object.entries(files))
  await writeFile(join(OUT, name), content);
