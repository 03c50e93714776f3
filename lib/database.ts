import { type Db, openDb } from "#db/client.ts";
import { env } from "./env.ts";
import { processWide } from "./process-wide.ts";

/** The pool of this process, shared by server.ts and Next's bundle. */
export const database = (): Db =>
  processWide("database", () => {
    const url = env().DATABASE_URL;
    if (!url)
      throw new Error("No DATABASE_URL. Start Rollcall with npm start, which brings its own PostgreSQL.");
    return openDb(url);
  });
