import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { makeAccessKey, makeConnection } from "#db/factories.ts";
import { testDatabase } from "#db/testing.ts";
import { sha256 } from "../secrets.ts";
import { doorCounters } from "./counters.ts";
import { maxBodyBytes } from "./envelope.ts";
import { handleDoor } from "./fast-lane.ts";
import { closeTheDoor } from "./open-door.ts";

const key = "rck_0123456789abcdefghijklmnop";
let copy: Awaited<ReturnType<typeof testDatabase>>;
let server: Server;

beforeAll(async () => {
  copy = await testDatabase();
  process.env.DATABASE_URL = copy.url;
  const { id: connectionId } = await makeConnection(copy.db);
  await makeAccessKey(copy.db, { connectionId, hash: sha256(key) });
  server = createServer(handleDoor).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeTheDoor();
  await copy.close();
});
beforeEach(() => copy.db.$client`truncate deliveries, inbox, outcomes`);

const port = () => (server.address() as AddressInfo).port;
const counted = async (outcome: string) => {
  const { values } = await doorCounters.requests.get();
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;
};
const sizes = async () => {
  const rows = await copy.db.$client`select length(body) as size from deliveries`;
  return rows.map(({ size }) => size);
};
/** A body of so many bytes that names a contact. */
const bodyOf = (size: number) => "contact[id]=7&note=".padEnd(size, "x");

/** Sends the head of a webhook; what follows is the test's. */
async function begin(length: string): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = connect(port(), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const type = "Content-Type: application/x-www-form-urlencoded";
  socket.write(`POST /hooks/${key}/update HTTP/1.1\r\nHost: x\r\n${type}\r\n${length}\r\n\r\n`);
  const answer = once(socket, "data").then(([chunk]) => String(chunk));
  return { socket, answer };
}

test("a body of exactly 1 MiB is stored byte for byte", async () => {
  const answer = await fetch(`http://127.0.0.1:${port()}/hooks/${key}/update`, {
    method: "POST",
    body: bodyOf(maxBodyBytes),
  });
  expect(answer.status).toBe(200);
  expect(await sizes()).toEqual([maxBodyBytes]);
});

test("a larger one is refused by its Content-Length, before a byte of it is read", async () => {
  const before = await counted("too_large");
  const { answer } = await begin(`Content-Length: ${maxBodyBytes + 1}`);
  expect(await answer).toMatch(/^HTTP\/1\.1 413 .*Connection: close.*"refused"/s);
  expect(await counted("too_large")).toBe(before + 1);
  expect(await sizes()).toEqual([]);
});

test("a larger one that comes in chunks is refused as soon as it is too large", async () => {
  const before = await counted("too_large");
  const { socket, answer } = await begin("Transfer-Encoding: chunked");
  const chunk = bodyOf(64 * 1024);
  for (let sent = 0; sent < maxBodyBytes; sent += chunk.length)
    socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  socket.write("1\r\nx\r\n");
  expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(await counted("too_large")).toBe(before + 1);
  expect(await sizes()).toEqual([]);
});

test("a body that breaks off is counted, and not stored", async () => {
  const before = await counted("broken");
  const arrived = once(server, "request");
  const { socket } = await begin("Content-Length: 100");
  socket.write(bodyOf(50));
  await arrived;
  socket.destroy();
  await expect.poll(() => counted("broken")).toBe(before + 1);
  expect(await sizes()).toEqual([]);
});
