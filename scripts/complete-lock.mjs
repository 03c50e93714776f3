/**
 * npm leaves platform packages which it could not load out of package-lock.json, and `npm ci` then refuses the file on
 * every machine. This adds them as npm would have written them, less the checksum. Run it after changing dependencies.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const systems = [
  "aix",
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
];
const processors = [
  "arm",
  "arm64",
  "ia32",
  "loong64",
  "mips64el",
  "ppc64",
  "riscv64",
  "s390x",
  "wasm32",
  "x64",
];
const aliases = { armv7: "arm", gnueabihf: "arm", windows: "win32", wasm32: "wasm32" };

/** The packages that some entry wants as optional and that the lock file does not hold: name, version, flags. */
export function missingFrom(lock) {
  const missing = new Map();
  for (const [parent, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (entry.peerDependenciesMeta?.[name] || holds(lock, parent, name)) continue;
      missing.set(`node_modules/${name}`, { version, dev: entry.dev });
    }
  }
  return missing;
}

/** Node's own search: beside the parent, then in every folder above it. */
function holds(lock, parent, name) {
  for (let at = parent; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    if (lock.packages[`${at ? `${at}/` : ""}node_modules/${name}`]) return true;
    if (at === "") return false;
  }
}

function platformOf(name) {
  const words = name.split(/[/-]/).map((word) => aliases[word] ?? word);
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  const libc = words.includes("musl")
    ? ["musl"]
    : words.includes("gnu") && os[0] === "linux"
      ? ["glibc"]
      : [];
  return Object.fromEntries(Object.entries({ cpu, libc, os }).filter(([, list]) => list.length > 0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(import.meta.dirname ?? path.dirname(process.argv[1]), "..", "package-lock.json");
  const lock = JSON.parse(readFileSync(file, "utf8"));
  const missing = missingFrom(lock);
  for (const [place, { version, dev }] of missing)
    lock.packages[place] = {
      version: version.replace(/^[\^~]/, ""),
      ...platformOf(place),
      ...(dev ? { dev } : {}),
      optional: true,
    };
  const [root, ...others] = Object.entries(lock.packages);
  others.sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries([root, ...others]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${missing.size} packages added to package-lock.json.`);
}
