import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";

export const readOnlyDatabase: Scenario = {
  number: 10,
  name: "read-only",
  title: "database read-only",
  async run(lab) {
    await lab.phase("read-only", async (over) => {
      const sql = lab.database.sql();
      const load = lab.load({ perSecond: 60 });
      await sleep(1_500);
      await sql`alter system set default_transaction_read_only = on`;
      await sql`select pg_reload_conf()`;
      await sleep(8_000);
      await sql`alter system reset default_transaction_read_only`;
      await sql`select pg_reload_conf()`;
      over();
      await sleep(2_000);
      await load.stop();
    });
  },
};

let disk = "";

export const diskFull: Scenario = {
  number: 10,
  name: "disk-full",
  title: "disk full while the database is away",
  needs: () =>
    process.platform === "linux" && process.getuid?.() === 0 ? null : "mounting a small disk needs root",
  lab() {
    disk = mkdtempSync(path.join(tmpdir(), "rollcall-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    return { dataDir: disk };
  },
  async run(lab) {
    await lab.phase("spool runs out of disk", async (over) => {
      const load = lab.load({ perSecond: 100 });
      await sleep(1_500);
      await lab.links.web.mode("refused");
      await sleep(8_000);
      await lab.links.web.mode("open");
      over();
      await sleep(2_000);
      await load.stop();
      if (!lab.sent.some(({ status }) => status === 503)) throw new Error("The disk did not run full.");
    });
  },
  tidy() {
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true, force: true });
  },
};
