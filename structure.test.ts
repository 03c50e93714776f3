import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

type Import = { from: string; target: string; typeOnly: boolean };
type Source = { file: string; text: string; imports: Import[] };

const rooms = ["app", "components", "db", "lib", "e2e", "bench", "chaos", "scripts"];
const isCode = (file: string) => /\.(ts|tsx|mjs)$/.test(file) && !file.endsWith(".d.ts");
const isTest = (file: string) =>
  /\.(test|spec)\.tsx?$/.test(file) || /(^|\/)(fixtures|factories)(\/|\.)/.test(file);

function filesBelow(folder: string): string[] {
  if (!existsSync(path.join(import.meta.dirname, folder))) return [];
  const entries = readdirSync(path.join(import.meta.dirname, folder), {
    withFileTypes: true,
    recursive: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(import.meta.dirname, path.join(entry.parentPath, entry.name)));
}

/** Comments are blanked, so that what they say about code is not taken for code. */
const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, (found) => found.replace(/[^\n]/g, " ")).replace(/(^|\s)\/\/.*$/gm, "$1");

const statement = /\b(import|export)\s+(type\s+)?([\w*{},\s$]*?)\s*from\s*["']([^"']+)["']/g;
const bare = /\bimport\s*\(?\s*["']([^"']+)["']/g;

function importsOf(file: string, text: string): Import[] {
  const resolve = (target: string) =>
    target.startsWith(".") ? path.join(path.dirname(file), target) : target.replace(/^#/, "");
  const named = [...text.matchAll(statement)].map(([, , type, names = "", target = ""]) => {
    const inner = /^\{([^}]*)\}$/
      .exec(names.trim())?.[1]
      ?.split(",")
      .filter((name) => name.trim());
    const allTypes =
      inner !== undefined && inner.length > 0 && inner.every((name) => /^\s*type\s/.test(name));
    return { from: target, target: resolve(target), typeOnly: type !== undefined || allTypes };
  });
  const others = [...text.matchAll(bare)].map(([, target = ""]) => {
    return { from: target, target: resolve(target), typeOnly: false };
  });
  return [...named, ...others];
}

const allFiles = [...rooms.flatMap(filesBelow), "server.ts"];
const sources: Source[] = allFiles.filter(isCode).map((file) => {
  const text = withoutComments(readFileSync(path.join(import.meta.dirname, file), "utf8"));
  return { file, text, imports: importsOf(file, text) };
});
const product = sources.filter(({ file }) => /^(app|components|db|lib)\//.test(file) && !isTest(file));

/** One line for every import of files in `from` that `wrong` objects to. */
function objections(from: RegExp, wrong: (one: Import, file: string) => string | false): string[] {
  return product
    .filter(({ file }) => from.test(file))
    .flatMap(({ file, imports }) =>
      imports.flatMap((one) => {
        const why = wrong(one, file);
        return why ? [`${file} imports ${one.from}: ${why}`] : [];
      }),
    );
}

const into =
  (room: RegExp, why: string) =>
  ({ target }: Import): string | false =>
    room.test(target) && why;

test("imports run from app to components, and from app to lib to db", () => {
  expect([
    ...objections(/^db\//, ({ target, typeOnly }) =>
      /^(app|components)\//.test(target) || (/^lib\//.test(target) && !typeOnly)
        ? "db knows nothing above it, and of lib only types"
        : false,
    ),
    ...objections(/^lib\//, into(/^(app|components)\//, "lib knows no page and no component")),
    ...objections(/^components\//, into(/^(app|db)\//, "a component is given its data")),
    ...objections(/^components\//, ({ target, typeOnly }) =>
      /^lib\//.test(target) && !typeOnly ? "components take lib by import type only" : false,
    ),
    ...objections(/^app\//, ({ target, typeOnly }) =>
      /^db\//.test(target) && !typeOnly ? "pages and routes reach the database through lib" : false,
    ),
    ...objections(
      /./,
      into(/^(e2e|scripts|bench|chaos|server\.ts)/, "the product knows neither its tests nor its start"),
    ),
  ]).toEqual([]);
});

test("the rooms of lib know each other only where the design says so", () => {
  expect([
    ...objections(/^lib\/door\//, into(/^lib\/(sync|destinations|care|console)\//, "the door only records")),
    ...objections(/^lib\/(crm|destinations)\//, into(/^(db\/|lib\/database)/, "it knows no database")),
    ...objections(/^lib\/crm\//, into(/^lib\/destinations\//, "a CRM knows no destination")),
    ...objections(/^lib\/destinations\//, into(/^lib\/crm\//, "a destination knows no CRM")),
    ...objections(
      /^lib\/queue\//,
      into(/^lib\/(sync|destinations|care|door)\//, "the queue is handed its tasks"),
    ),
  ]).toEqual([]);
});

test("a CRM, a destination and a dialect do not import their neighbours", () => {
  const folder = /^lib\/(crm|destinations)\/([^/]+)\//;
  expect(
    objections(folder, ({ target }, file) => {
      const [, room, own] = folder.exec(file) ?? [];
      const [, otherRoom, other] = folder.exec(target) ?? [];
      return room === otherRoom && own !== other ? "each kind stands alone" : false;
    }),
  ).toEqual([]);
});

test("next is imported in app, lib/http and lib/auth only", () => {
  const next = /^next(-auth)?(\/|$)/;
  expect(
    objections(/^(?!app\/|lib\/http\/|lib\/auth\/)/, into(next, "only app, lib/http and lib/auth know Next")),
  ).toEqual([]);
});

test("imports across top folders use the subpath names, and name the file with its ending", () => {
  const top = (file: string) => file.split("/")[0];
  expect([
    ...objections(/./, ({ from, target }, file) =>
      from.startsWith(".") && top(target) !== top(file) ? "use #lib/, #db/ or #components/" : false,
    ),
    ...objections(/./, ({ from }) =>
      /^[.#]/.test(from) && !/\.(ts|tsx|css|json|mjs)$/.test(from) ? "name the file with its ending" : false,
    ),
  ]).toEqual([]);
});

test("no file is longer than 250 lines, but for migrations, tests and fixtures", () => {
  const long = sources
    .filter(({ file }) => !isTest(file) && !file.startsWith("db/migrations/"))
    .map(({ file, text }) => ({ file, lines: text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > 250);
  expect(long).toEqual([]);
});

test("files are named for one thing, in kebab-case", () => {
  const banned = /^(index|utils?|helpers?|misc|types?|services?|common|shared)$/;
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const route = /^(\(.+\)|\[+(\.\.\.)?[a-zA-Z-]+\]+|_[a-z0-9-]+|@[a-z0-9-]+)$/;
  const wrong = allFiles
    .filter((file) => !file.startsWith("db/migrations/") && (isCode(file) || file.endsWith(".css")))
    .filter((file) => {
      const names = file.replace(/(\.(test|spec|d|setup))?\.(tsx?|mjs|css)$/, "").split("/");
      const fits = (name: string) =>
        kebab.test(name) || (file.startsWith("app/") && (route.test(name) || /\.[a-z]+$/.test(name)));
      return banned.test(names.at(-1) ?? "") || !names.every(fits);
    });
  expect(wrong).toEqual([]);
});

function linesMatching(pattern: RegExp, allowed: RegExp = /$^/): string[] {
  return sources.flatMap(({ file, text }) =>
    text
      .split("\n")
      .flatMap((line, at) =>
        pattern.test(line) && !allowed.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [],
      ),
  );
}

test("there are no enums and no namespaces", () => {
  expect(linesMatching(/^\s*(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s+\w+\s*\{/)).toEqual([]);
});

test("classes are for errors only", () => {
  expect(
    linesMatching(
      /^\s*(export\s+)?(default\s+)?(abstract\s+)?class\s/,
      /\bextends\s+(\w*Error|RetryLater|NotNow)\b/,
    ),
  ).toEqual([]);
});

test("outside data is unknown, never any", () => {
  expect(linesMatching(/([:<|&]\s*any\b(?!\s*[.\w(])|\bas any\b(?=\s*[;,)\].]|$)|\bany\[\])/)).toEqual([]);
});
