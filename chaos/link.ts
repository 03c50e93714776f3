import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/**
 * What a link does with bytes. `silent`: every connection that exists or comes goes deaf and dumb without closing, and
 * stays so for good, as when a firewall forgot it. `held`: what the server says waits. `refused`: nobody listens.
 */
export type LinkMode = "open" | "silent" | "held" | "refused";

export type Link = {
  port: number;
  mode(mode: LinkMode): Promise<void>;
  /** Breaks every connection off with a reset. */
  cut(): void;
  close(): Promise<void>;
};

type Pair = { client: Socket; server: Socket | null; lost: boolean; held: Buffer[] };

/** A TCP proxy on 127.0.0.1 between a process and what it depends on; `target` is asked for each connection. */
export async function openLink(target: () => number): Promise<Link> {
  const pairs = new Set<Pair>();
  let current: LinkMode = "open";
  let listening = true;

  const server = createServer({ noDelay: true }, (client) => {
    const pair: Pair = { client, server: null, lost: current === "silent", held: [] };
    pairs.add(pair);
    client.on("error", () => undefined);
    client.on("close", () => {
      // The far side of a lost connection never hears that this one has gone.
      if (pair.lost) return;
      pair.server?.destroy();
      pairs.delete(pair);
    });
    if (pair.lost) client.resume();
    else join(pair);
  });

  function join(pair: Pair): void {
    const far = connect({ port: target(), host: "127.0.0.1", noDelay: true });
    pair.server = far;
    far.on("error", () => undefined);
    far.on("close", () => !pair.lost && pair.client.destroy());
    far.on("data", (bytes) => {
      if (pair.lost) return;
      if (current === "held") pair.held.push(bytes);
      else pair.client.write(bytes);
    });
    pair.client.on("data", (bytes) => void (pair.lost || far.write(bytes)));
  }

  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const cut = () => {
    for (const pair of pairs) {
      pair.client.resetAndDestroy();
      pair.server?.destroy();
    }
    pairs.clear();
  };
  const release = () => {
    for (const pair of pairs) for (const bytes of pair.held.splice(0)) pair.client.write(bytes);
  };

  await listen(0);
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    cut,
    async mode(mode) {
      current = mode;
      if (mode === "silent") for (const pair of pairs) pair.lost = true;
      if (mode === "open") release();
      if (mode === "refused" && listening) {
        listening = false;
        server.close();
        cut();
      } else if (mode !== "refused" && !listening) {
        listening = true;
        await listen(port);
      }
    },
    async close() {
      cut();
      if (listening) server.close();
    },
  };
}
