// Holds the import rule of the rooms (data passes from left to right, a file imports from its own room or from
// one to its left), and keeps the paths and hosts of the machines we work on out of the repository.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const SRC = join(ROOT, "src");
const ROOMS =
  "base sql codec db sample source plan target copy verify move live backup monitor commands cli".split(" ");

const IMPORTS = [
  /(?:^|[;}\s])(?:import|export)\s(?:[^'";]|"(?="))*?\bfrom\s*["']([^"']+)["']/g,
  /(?:^|[;}\s])import\s*["']([^"']+)["']/g,
  /\bimport\s*\(\s*["'`]([^"'`]+)["'`]/g,
  /\bnew URL\(\s*["'`](\.[^"'`]+\.[jt]s)["'`]/g, // worker files
];

describe("the rooms", () => {
  it("import only from themselves and from rooms to their left", () => {
    const wrong = files(SRC, /\.ts$/).flatMap((file) =>
      importsOf(readFileSync(file, "utf8"))
        .map((specifier) => ({ specifier, to: targetOf(file, specifier) }))
        .filter(({ to }) => to !== null && rank(to) > rank(file))
        .map(({ specifier }) => `${relative(ROOT, file)} imports ${specifier}`),
    );
    expect(wrong).toEqual([]);
  });

  it("are all in the row", () => {
    const folders = readdirSync(SRC).filter((name) => statSync(join(SRC, name)).isDirectory());
    expect(folders.filter((name) => !ROOMS.includes(name))).toEqual([]);
  });

  it("are told apart whichever way an import is written", () => {
    const text = `
      import a from "one";
      import type { B } from "two";
      import { c, type D } from 'three'
      import "four";
      export * from "five";
      export {
        e,
      } from "six";
      const f = await import("seven");
      type G = import("eight").G;
      new Worker(new URL("./nine.js", import.meta.url));
      export const said = "from x"; const from = "here";`;
    const found = ["one", "two", "three", "five", "six", "four", "seven", "eight", "./nine.js"];
    expect(importsOf(text)).toEqual(found);
  });
});

describe("the repository", () => {
  const places = ["src", "test", "scripts", "bench", ".ci", "docs", "shop", "dashboard"]
    .map((name) => join(ROOT, name))
    .filter(existsSync);
  const top = readdirSync(ROOT).map((name) => join(ROOT, name));
  const sources = [
    ...places.flatMap((place) => files(place)),
    ...top.filter((path) => statSync(path).isFile()),
  ];
  const texts = sources.filter((path) =>
    /\.(ts|tsx|mjs|js|json|md|sh|ya?ml|sql|css|html)$|\/run$|\/\.npmrc$/.test(path),
  );

  it("names no path of one machine", () => {
    expect(texts.filter((path) => /\/(?:work|root|Users)\/[\w.]/.test(readFileSync(path, "utf8")))).toEqual(
      [],
    );
  });

  it("names no host of a package registry", () => {
    const host =
      /\/\/[\w.-]*(?:registry|artifactory|verdaccio|nexus)[\w.-]*\.[a-z]{2,}|^registry\s*=|"resolved":\s*"http/m;
    expect(texts.filter((path) => host.test(readFileSync(path, "utf8")))).toEqual([]);
  });
});

function files(dir: string, name = /./): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return /^(node_modules|dist)$/.test(entry.name) ? [] : files(path, name);
    return name.test(entry.name) ? [path] : [];
  });
}

function importsOf(text: string): string[] {
  return IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

// The file of ours that an import names, null for packages and Node's own modules.
function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith("#outgrow/")) return join(SRC, specifier.slice("#outgrow/".length));
  return specifier.startsWith(".") ? join(dirname(file), specifier) : null;
}

// index.ts and cli.ts, which stand in no folder, are the row's right end.
function rank(file: string): number {
  const [room, inside] = relative(SRC, file).split("/");
  return inside === undefined ? ROOMS.length : ROOMS.indexOf(room ?? "");
}
