import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Db } from "./client.ts";

/** Opens a link to the database that can go dead without closing anything, as a lost route does. */
export async function openLink(url: string) {
  const target = new URL(url);
  const ends: Socket[] = [];
  let dead = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    ends.push(near, far);
    near.on("data", (bytes) => dead.has(near) || far.write(bytes));
    far.on("data", (bytes) => dead.has(near) || near.write(bytes));
    for (const end of [near, far]) end.on("error", () => undefined);
    near.on("close", () => far.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    /** All connections of now say nothing any more; new ones work. */
    goDead: () => {
      dead = new Set(ends);
    },
    /** All connections of now are reset. */
    cut: () => {
      for (const end of ends) end.resetAndDestroy();
    },
    close: () => {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}

/** What the next statement says once the pool has noticed what happened. */
export async function whenBack(db: Db): Promise<unknown[]> {
  for (;;) {
    const rows = await db.$client`select 1 as one`.catch(() => null);
    if (rows) return [...rows];
    await sleep(10);
  }
}
