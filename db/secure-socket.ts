import { once } from "node:events";
import { isIP, Socket } from "node:net";
import { type ConnectionOptions, connect as secure } from "node:tls";

/** How a connection is encrypted; `optional` takes a server that does not encrypt as it is. */
export type Security = { verified: boolean; optional: boolean };

/** PostgreSQL's request to go on in TLS; `S` is its consent. */
const request = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const consent = "S".charCodeAt(0);

/** What a database URL says of encryption in `sslmode` or `ssl`, read as postgres.js reads it; null when it asks for none. */
export function securityOf(url: string): Security | null {
  const said = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const mode = said.get("sslmode") ?? said.get("ssl") ?? process.env.PGSSL ?? "disable";
  if (said.get("sslrootcert") === "system") return { verified: true, optional: false };
  if (["disable", "false", ""].includes(mode)) return null;
  const optional = mode === "prefer" || mode === "allow";
  return { verified: !optional && mode !== "require", optional };
}

/**
 * Goes on in TLS on a socket that is just connecting, within `limitMs`. Never rejects, since postgres.js would keep a
 * place in its pool for ever: what failed comes as the error of the socket that is returned.
 */
export async function secured(
  plain: Socket,
  host: string,
  security: Security,
  limitMs: number,
): Promise<Socket> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    await once(plain, "connect", { signal });
    plain.write(request);
    const [answer]: unknown[] = await once(plain, "data", { signal });
    // More than its consent was not said by PostgreSQL: somebody in between would have it taken for encrypted.
    if (answer instanceof Buffer && answer[0] === consent && answer.length > 1)
      throw new Error("Something stands between Rollcall and PostgreSQL and speaks in its place.");
    if (!(answer instanceof Buffer && answer[0] === consent)) {
      if (security.optional) return plain;
      throw new Error("PostgreSQL does not encrypt connections, but DATABASE_URL asks for it in sslmode.");
    }
  } catch (error) {
    plain.on("error", () => undefined).destroy();
    const late = Object.assign(new Error("PostgreSQL did not answer in time."), { code: "CONNECT_TIMEOUT" });
    return failing(signal.aborted ? late : error);
  }
  const names: ConnectionOptions = isIP(host) ? { host } : { host, servername: host };
  return secure({ socket: plain, ...names, rejectUnauthorized: security.verified });
}

/** A socket that takes what is written and then fails. */
function failing(error: unknown): Socket {
  const socket = new Socket();
  socket.write = () => true;
  setImmediate(() => socket.destroy(error instanceof Error ? error : new Error(String(error))));
  return socket;
}
