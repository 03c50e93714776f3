import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { log } from "../log.ts";
import type { KeyEntry, KeySnapshot } from "./keys.ts";

/** Opens the snapshot in `folder`. It holds hashes of keys, never keys; a file that cannot be read counts as none. */
export function openKeySnapshot(folder: string): KeySnapshot {
  const file = path.join(folder, "known-keys.json");
  let last = "";
  return {
    read() {
      try {
        last = readFileSync(file, "utf8");
        return new Map(JSON.parse(last) as [string, KeyEntry][]);
      } catch {
        return new Map();
      }
    },
    write(entries) {
      const text = JSON.stringify([...entries]);
      if (text === last) return;
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(`${file}.new`, text, { mode: 0o600 });
        renameSync(`${file}.new`, file);
        last = text;
      } catch (error) {
        log.warn({ err: error }, "keys.not_kept_on_disk");
      }
    },
  };
}
