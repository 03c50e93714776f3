import { Socket } from "node:net";
import pg from "pg";
import { watch } from "./socket.ts";

const silenceMs = 20_000;
const beatMs = 7_000;

/**
 * The pool that the queue works with. Every connection asks something now and then, so one that says nothing for 20 s is
 * dead and is destroyed; the queue takes another.
 */
export function openQueuePool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "rollcall queue",
    max: 8,
    connectionTimeoutMillis: 5_000,
    stream: () => {
      const socket = new Socket();
      watch(socket, silenceMs);
      return socket;
    },
  });
  // A pool without a listener takes the process down when an idle connection breaks; the queue asks again by itself.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    // One that breaks while the queue works with it fails its query as well; unheard, the error would end the process.
    client.on("error", () => undefined);
    const isIdle = () => "readyForQuery" in client && client.readyForQuery === true;
    const ask = () => void (isIdle() && client.query("select 1").catch(() => undefined));
    const beat = setInterval(ask, beatMs);
    beat.unref();
    client.once("end", () => clearInterval(beat));
  });
  return pool;
}
