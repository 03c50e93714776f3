import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type KeptProcess, keep } from "./kept-process.ts";
import type { Programs } from "./programs.ts";
import { until } from "./until.ts";

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** A MariaDB of our own, on a socket in `folder` alone; MariaDB will not run as root, so root's runs as nobody. */
export async function startDatabase(
  programs: Programs,
  folder: string,
): Promise<KeptProcess & { socket: string }> {
  const data = path.join(folder, "mariadb");
  mkdirSync(data);
  if (isRoot) chownSync(data, nobody, nobody);
  const common = [
    "--no-defaults",
    `--datadir=${data}`,
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-file-size=16M",
    ...(isRoot ? ["--user=nobody"] : []),
  ];
  const tables = ["mysql_system_tables.sql", "mysql_system_tables_data.sql"].map((name) =>
    readFileSync(path.join(programs.mariadbFiles, name), "utf8"),
  );
  const made = spawnSync(programs.mariadbd, [...common, "--bootstrap"], {
    input: ["create database mysql;", "use mysql;", ...tables, "create database wordpress;", ""].join("\n"),
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`MariaDB could not make its tables:\n${made.stderr}`);
  const socket = path.join(data, "socket");
  const server = keep(
    [
      programs.mariadbd,
      ...common,
      "--skip-networking",
      "--skip-grant-tables",
      `--socket=${socket}`,
      `--pid-file=${path.join(data, "pid")}`,
    ],
    path.join(folder, "mariadb.log"),
    process.env,
  );
  const connect = `exit(@mysqli_connect("localhost", "root", "", "wordpress", 0, ${JSON.stringify(socket)}) ? 0 : 1);`;
  try {
    await until(
      "MariaDB takes connections",
      async () =>
        spawnSync(programs.php, ["-r", `mysqli_report(MYSQLI_REPORT_OFF); ${connect}`]).status === 0,
    );
  } catch (cause) {
    const said = server.log();
    await server.end();
    throw new Error(`MariaDB did not start:\n${said}`, { cause });
  }
  return { ...server, socket };
}
