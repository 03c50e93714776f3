import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder for one measurement, which PostgreSQL can enter as another user; `remove` takes it away with all in it. */
export function temporaryFolder(name = ""): { dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(path.join(tmpdir(), `rollcall-bench-${name}`));
  chmodSync(dataDir, 0o755);
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}
