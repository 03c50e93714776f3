import { Socket } from "node:net";

/** What of postgres.js' settings a socket needs: a path, or hosts that are tried one after the other. */
export type Target = { path?: string | undefined; host: string[]; port: number[]; fetch_types?: boolean };

const lookMs = 500;

/**
 * Opens sockets to PostgreSQL that are never waited for in vain: when not a byte came for `silenceMs`, the socket is
 * destroyed, its statements fail, and the pool connects anew. A network that swallows packets without closing anything
 * would otherwise hold them for a quarter of an hour (TCP's own limit). Pools must close idle connections earlier than
 * that; connections that only listen are silent by nature and are left alone.
 */
export function socketsWith(silenceMs: number): (target: Target) => Socket {
  let turn = 0;
  return (target) => {
    const socket = new Socket();
    // The one mark by which postgres.js' own LISTEN connections differ.
    if (target.fetch_types !== false) watch(socket, silenceMs);
    socket.once("connect", () => closeQuietly(socket));
    if (target.path) return socket.connect(target.path);
    const at = turn++ % target.host.length;
    return socket.connect(target.port[at] ?? 5432, target.host[at] ?? "localhost");
  };
}

/**
 * From now on the socket closes without an error event. postgres.js fails what is under way at either event, but a
 * statement that comes between the two would be lost with the socket and never settle (seen in 3.4).
 */
function closeQuietly(socket: Socket): void {
  const { destroy } = socket;
  socket.destroy = () => destroy.call(socket);
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
