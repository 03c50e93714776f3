import {
  closeSync,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  write,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import type { CommitTimes, WrittenDelivery } from "./new-delivery.ts";

const writeAll = (fd: number, bytes: Buffer) => promisify(write)(fd, bytes);
const flush = promisify(fdatasync);

/** A line of the file: a group of deliveries, or when an earlier group was safe. */
type Entry = { commitId: string; deliveries: WrittenDelivery[] } | { times: CommitTimes };

/** Stores one group; throws when the database is still away. Storing a group twice must be the same as once. */
export type Store = (commitId: string, deliveries: WrittenDelivery[], times: CommitTimes[]) => Promise<void>;

/** Where deliveries wait on disk while the database is away: append-only, checksummed, one file per process. */
export type Spool = {
  /** Resolves when the group is flushed to disk; rejects when the disk does not take it. */
  append(commitId: string, deliveries: WrittenDelivery[]): Promise<void>;
  /** Notes when a group was safe; not flushed by itself. */
  note(times: CommitTimes): Promise<void>;
  /** Stores everything in order, also what comes meanwhile; then empties the file and calls `empty` in the same step. */
  drain(store: Store, empty: () => void): Promise<void>;
  /**
   * Stores what processes that are gone have left behind, and removes their files. Says how many deliveries that were
   * and when the oldest file began (milliseconds since 1970).
   */
  adopt(store: Store): Promise<{ stored: number; oldest: number }>;
  /** Bytes in the file. */
  size(): number;
  close(): void;
};

const line = (entry: Entry): Buffer => {
  const json = JSON.stringify(entry);
  return Buffer.from(`${crc32(json).toString(16).padStart(8, "0")} ${json}\n`);
};

/** The entries of a stretch of the file, and how many bytes they took; a torn last line is left out. */
function readEntries(bytes: Buffer): { entries: Entry[]; used: number } {
  const entries: Entry[] = [];
  let used = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, used)) {
    const text = bytes.toString("utf8", used, end);
    const json = text.slice(9);
    // A line whose sum differs was torn by a crash while it was written, so nobody was told that it is safe.
    if (crc32(json).toString(16).padStart(8, "0") === text.slice(0, 8))
      entries.push(JSON.parse(json) as Entry);
    used = end + 1;
  }
  return { entries, used };
}

/** Stores the entries between `from` and `until`, which may grow meanwhile; resolves with where it ended. */
async function storeFile(fd: number, from: number, until: () => number, store: Store): Promise<number> {
  const window = Buffer.alloc(16 * 1024 * 1024);
  let at = from;
  for (;;) {
    const { entries, used } = readEntries(
      window.subarray(0, readSync(fd, window, 0, Math.min(window.length, until() - at), at)),
    );
    if (used === 0) return at;
    for (const entry of entries) {
      if ("times" in entry) await store(entry.times.id, [], [entry.times]);
      else await store(entry.commitId, entry.deliveries, []);
    }
    at += used;
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Opens this process's spool under `folder`. The file is made with the first group, and takes `maxBytes` at most. */
export function openSpool(folder: string, maxBytes = Number.POSITIVE_INFINITY): Spool {
  const file = path.join(folder, `${process.pid}-${Date.now().toString(36)}.spool`);
  let fd: number | null = null;
  let size = 0;
  let drained = 0;
  let writing: Promise<unknown> = Promise.resolve();

  const open = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    fd ??= openSync(file, "a+", 0o600);
    return fd;
  };
  const put = (entry: Entry, flushed: boolean): Promise<void> => {
    const bytes = line(entry);
    const written = writing.then(async () => {
      if (size + bytes.length > maxBytes) throw new Error("The spool is full.");
      const target = open();
      try {
        const { bytesWritten } = await writeAll(target, bytes);
        if (bytesWritten < bytes.length) throw new Error("The disk took only a part of the group.");
        if (flushed) await flush(target);
      } catch (error) {
        // Half a line would spoil the next one, which is promised to somebody else.
        ftruncateSync(target, size);
        throw error;
      }
      size += bytes.length;
    });
    writing = written.catch(() => undefined);
    return written;
  };

  return {
    append: (commitId, deliveries) => put({ commitId, deliveries }, true),
    note: (times) => put({ times }, false),
    async drain(store, empty) {
      for (;;) {
        if (fd !== null) drained = await storeFile(fd, drained, () => size, store);
        const before = writing;
        await before;
        if (writing === before && (fd === null || drained >= size)) break;
      }
      if (fd !== null) ftruncateSync(fd, 0);
      size = 0;
      drained = 0;
      empty();
    },
    async adopt(store) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const left = readdirSync(folder).filter(
        (name) => /^\d+-\w+\.spool$/.test(name) && path.join(folder, name) !== file,
      );
      const orphans = left.filter(
        (name) => Number.parseInt(name, 10) === process.pid || !isAlive(Number.parseInt(name, 10)),
      );
      let stored = 0;
      let oldest = Date.now();
      const counted: Store = async (commitId, deliveries, times) => {
        await store(commitId, deliveries, times);
        stored += deliveries.length;
      };
      for (const name of orphans) {
        const orphan = openSync(path.join(folder, name), "r");
        await storeFile(orphan, 0, () => fstatSync(orphan).size, counted).finally(() => closeSync(orphan));
        rmSync(path.join(folder, name));
        oldest = Math.min(oldest, Number.parseInt(name.replace(/^\d+-/, ""), 36));
      }
      return { stored, oldest };
    },
    size: () => size,
    close() {
      if (fd !== null) closeSync(fd);
      if (fd !== null && size === 0) rmSync(file, { force: true });
      fd = null;
    },
  };
}
