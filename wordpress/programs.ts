import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

/** What a WordPress needs to run: PHP with its MySQL extension, MariaDB's server, and WordPress's own files. */
export type Programs = { php: string; mariadbd: string; mariadbFiles: string; wordpress: string };

const cache = path.resolve(import.meta.dirname, "../.cache/wordpress");
const packages = ["php-cli", "php-mysql", "php-curl", "php-xml", "mariadb-server-core"];
const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/sbin", "/usr/local/sbin"];

const programNamed = (name: string) =>
  folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));

/** `WORDPRESS_DIR` names any unpacked WordPress; otherwise Debian's, installed or unpacked here. */
const findWordPress = () =>
  [process.env.WORDPRESS_DIR, "/usr/share/wordpress", path.join(cache, "usr/share/wordpress")].find(
    (folder) => folder && existsSync(path.join(folder, "wp-settings.php")),
  );

function present(): Partial<Programs> {
  const mariadbd = programNamed("mariadbd");
  const files = mariadbd && ["/usr/share/mysql", "/usr/share/mariadb"].find(hasTables);
  const php = programNamed("php");
  return {
    php: php && hasMysql(php) ? php : undefined,
    mariadbd,
    mariadbFiles: files,
    wordpress: findWordPress(),
  };
}

const hasTables = (folder: string) => existsSync(path.join(folder, "mysql_system_tables.sql"));
const hasMysql = (php: string) => /^mysqli$/m.test(spawnSync(php, ["-m"], { encoding: "utf8" }).stdout ?? "");

const complete = (found: Partial<Programs>): found is Programs =>
  Boolean(found.php && found.mariadbd && found.mariadbFiles && found.wordpress);

/** Finds everything, installing from Debian's archive what is missing; throws one message that says what to do. */
export function findPrograms(): Programs {
  const found = present();
  if (complete(found)) return found;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) install(found);
  const now = present();
  if (complete(now)) return now;
  const missing = ["php", "mariadbd", "mariadbFiles", "wordpress"].filter(
    (name) => !Object.hasOwn(now, name) || !now[name as keyof Programs],
  );
  throw new Error(
    `These tests run a real WordPress, and this machine lacks: ${missing.join(", ")}. ` +
      `On Debian, run them as root or install ${packages.join(", ")} and wordpress; ` +
      "elsewhere install PHP with mysqli and MariaDB, and set WORDPRESS_DIR to an unpacked WordPress.",
  );
}

function install(found: Partial<Programs>): void {
  apt(["update"]);
  if (!found.php || !found.mariadbd || !found.mariadbFiles)
    apt(["install", "-y", "--no-install-recommends", ...packages]);
  if (found.wordpress) return;
  // Unpacked, not installed: the package asks for a web server, which would start and take port 80.
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  apt(["download", "wordpress"]);
  const archive = readdirSync(cache).find((name) => name.endsWith(".deb"));
  if (archive) spawnSync("dpkg-deb", ["-x", path.join(cache, archive), cache], { stdio: "inherit" });
}

const apt = (args: string[]) =>
  spawnSync("/usr/bin/apt-get", args, {
    cwd: existsSync(cache) ? cache : undefined,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
