import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { type Security, secured } from "./secure-socket.ts";

/** What of postgres.js' settings a socket needs: a path, or hosts that are tried one after the other. */
export type Target = { path?: string | undefined; host: string[]; port: number[]; fetch_types?: boolean };

const lookMs = 500;
const connectMs = 5_000;

/**
 * Opens sockets to PostgreSQL that are never waited for in vain: when not a byte came for `silenceMs`, the socket is
 * destroyed, its statements fail, and the pool connects anew. A network that swallows packets without closing anything
 * would otherwise hold them for a quarter of an hour (TCP's own limit). Pools must close idle connections earlier than
 * that; connections that only listen are silent by nature and are left alone. With `security` they are encrypted.
 */
export function socketsWith(
  silenceMs: number,
  security: Security | null = null,
): (target: Target) => Socket | Promise<Socket> {
  let turn = 0;
  const guarded = (socket: Socket, target: Target): Socket => {
    // The one mark by which postgres.js' own LISTEN connections differ.
    if (target.fetch_types !== false) watch(socket, silenceMs);
    endInOrder(socket);
    demandIntroduction(socket);
    return socket;
  };
  return (target) => {
    const socket = new Socket();
    if (target.path) return guarded(socket, target).connect(target.path);
    const at = turn++ % target.host.length;
    const host = target.host[at] ?? "localhost";
    socket.connect(target.port[at] ?? 5432, host);
    if (!security) return guarded(socket, target);
    return secured(socket, host, security, connectMs).then((end) => guarded(end, target));
  };
}

/** Long enough for what postgres.js wants to write when it hears of the end. */
const settleMs = 50;
const introductionMs = 250;

/**
 * Lets postgres.js hear of the end of a connection in the one order that it survives: first an error, which fails what
 * is under way; then, for whatever it still tries to write (the ROLLBACK of a transaction, a statement that came in the
 * same moment), an error each; and the close last. With the close at once, 3.4 loses such statements for ever, writes
 * to a socket that it has just forgotten, or carries half a message over to the next connection (all three seen).
 */
function endInOrder(socket: Socket): void {
  const emit = socket.emit.bind(socket) as (event: string, ...given: unknown[]) => boolean;
  let ended = false;
  const fail = () => {
    const lost = new Error("The connection to PostgreSQL was lost.");
    if (socket.listenerCount("error") > 0) emit("error", Object.assign(lost, { code: "CONNECTION_CLOSED" }));
  };
  const emitInOrder = (event: string, ...given: unknown[]): boolean => {
    if (event !== "close" || ended) return emit(event, ...given);
    ended = true;
    let unanswered = 0;
    socket.write = () => {
      unanswered += 1;
      setImmediate(() => {
        unanswered -= 1;
        fail();
      });
      return true;
    };
    // Never between a write and its error: what waits for that would be written to the socket that is gone.
    const close = (): void => void (unanswered > 0 ? setImmediate(close) : emit("close", false));
    fail();
    // Behind what is about to be written in this turn of the event loop.
    setTimeout(() => setImmediate(close), settleMs);
    return true;
  };
  socket.emit = emitInOrder;
}

/**
 * Gives up a connection on which postgres.js does not introduce itself. It carries a half message from the last one,
 * which grows with every try until it is thrown away; without this, each try takes as long as a connection may.
 */
function demandIntroduction(socket: Socket): void {
  socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", () => {
    setTimeout(() => socket.bytesWritten === 0 && socket.destroy(), introductionMs);
  });
}

/** Destroys a socket that brings not a byte for `silenceMs`. */
export function watch(socket: Socket, silenceMs: number): void {
  let read = 0;
  let heardAt = performance.now();
  const timer = setInterval(() => {
    if (socket.destroyed) return clearInterval(timer);
    if (socket.bytesRead !== read) heardAt = performance.now();
    read = socket.bytesRead;
    if (performance.now() - heardAt > silenceMs) socket.destroy();
  }, lookMs);
  timer.unref();
}
