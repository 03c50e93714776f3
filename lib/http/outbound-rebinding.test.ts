import { once } from "node:events";
import { createServer, type Server } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../errors.ts";
import { createOutbound, type Outbound } from "./outbound.ts";

/** Two real servers on one port: calls may reach 127.0.0.1 and never 127.0.0.2, where somebody listens all the same. */
const allow = "127.0.0.1/32";
let open: Server;
let closed: Server;
let port: number;
let reachedClosed = 0;
let asked: string[] = [];
let answers: string[][] = [];
let out: Outbound;

beforeAll(async () => {
  closed = createServer((_, response) => response.end("closed")).listen(0, "127.0.0.2");
  closed.on("connection", () => {
    reachedClosed += 1;
  });
  await once(closed, "listening");
  const address = closed.address();
  port = typeof address === "object" ? (address?.port ?? 0) : 0;
  open = createServer((request, response) => {
    if (request.url === "/endless") {
      const more = () => response.write("x".repeat(16_384), () => !response.destroyed && more());
      more();
    } else response.setHeader("connection", "close").end("open");
  }).listen(port, "127.0.0.1");
  await once(open, "listening");
  out = createOutbound({
    allow,
    maxBytes: 100_000,
    resolve: async (host) => {
      asked.push(host);
      const found = answers.shift();
      if (!found) throw Object.assign(new Error(host), { code: "ENOTFOUND" });
      return found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    },
  });
});
beforeEach(() => {
  asked = [];
  answers = [];
});
afterAll(async () => {
  await out.close();
  for (const server of [open, closed]) {
    server.closeAllConnections();
    server.close();
  }
  expect(reachedClosed).toBe(0);
});

const call = (host: string, path = "/") =>
  out.fetch(`http://${host}:${port}${path}`, { method: "GET" }).then(
    ({ text }) => text,
    (error: unknown) =>
      error instanceof GiveUp || error instanceof RetryLater ? error.reason : String(error),
  );

const forbidden = [
  "127.0.0.2",
  "10.0.0.1",
  "169.254.169.254",
  "::ffff:127.0.0.2",
  "fe80::1",
  "fd00::1",
  "2002:7f00:2::1",
];
const answer = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant("127.0.0.1") }, fc.constantFrom(...forbidden)),
  { minLength: 1, maxLength: 4 },
);

test("however a name’s answers change between calls, only answers that are wholly allowed are called", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 5 }), async (sequence) => {
      asked = [];
      answers = sequence.map((one) => [...one]);
      for (const one of sequence) {
        const allowed = one.every((address) => address === "127.0.0.1");
        expect(await call("rebinding.example")).toBe(allowed ? "open" : "crm_address_blocked");
      }
      // Looked up once for each call: the address that was vetted is the one that is called.
      expect(asked).toHaveLength(sequence.length);
    }),
    { numRuns: 60 },
  );
});

test("a name that has changed is vetted anew when its connection is used no more", async () => {
  answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.1"]];
  const said = [];
  for (let at = 0; at < 3; at += 1) said.push(await call("rebinding.example"));
  expect(said).toEqual(["open", "crm_address_blocked", "open"]);
});

const octets = [127, 0, 0, 2];
const spelledOctet = (value: number) =>
  fc.constantFrom(
    String(value),
    `0${value.toString(8)}`,
    `0x${value.toString(16)}`,
    `0X${value.toString(16)}`,
  );
const wide = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const percent = (text: string) => text.replace(/[0-9]/g, (digit) => `%3${digit}`);
const spelling = fc.oneof(
  fc
    .tuple(...octets.map(spelledOctet))
    .chain((parts) =>
      fc
        .tuple(
          fc.constantFrom(".", "。", "．", "%2e"),
          fc.constantFrom("", "."),
          fc.constantFrom(wide, percent, String),
        )
        .map(([dot, end, dress]) => dress(parts.join(dot)) + end),
    ),
  fc.constantFrom("127.2", "127.0.2", "2130706434", "0x7f000002", "017700000002", "[::ffff:127.0.0.2]"),
  fc.constantFrom(
    "[::ffff:7f00:2]",
    "[::127.0.0.2]",
    "[64:ff9b::127.0.0.2]",
    "[2002:7f00:2::]",
    "[::FFFF:127.0.0.2]",
  ),
  fc.constantFrom("user@127.0.0.2", "127.0.0.1@127.0.0.2", "127.0.0.2#@127.0.0.1", "127.0.0.2\\@127.0.0.1"),
  fc.constantFrom("127.0.0.2\t", "127.0.\n0.2", "①②⑦.0.0.2", "127.0.0.2\u00ad", "[::1%25lo]"),
);

test("no spelling of a forbidden address is called", async () => {
  await fc.assert(
    fc.asyncProperty(spelling, async (host) => {
      expect(["open", "closed"]).not.toContain(await call(host));
    }),
    { numRuns: 300 },
  );
  expect(asked.filter((host) => /^[\d.]+$/.test(host))).toEqual([]);
});

test("an answer without end is cut off at the limit, and the connection with it", async () => {
  answers = [["127.0.0.1"]];
  expect(await call("endless.example", "/endless")).toBe("crm_unexpected");
  const connections = () =>
    new Promise<number>((resolve) => open.getConnections((_, count) => resolve(count)));
  await expect.poll(connections).toBe(0);
});

test("a name that is never answered ends with the time limit", async () => {
  const silent = createOutbound({ allow, resolve: () => new Promise(() => undefined) });
  const said = await silent
    .fetch("http://silent.example/", { method: "GET", timeoutMs: 50 })
    .catch((error) => error.reason);
  expect(said).toBe("crm_timeout");
  await silent.close();
});

test("a call may set a lower limit of its own", async () => {
  const few = out.fetch(`http://127.0.0.1:${port}/`, { method: "GET", maxBytes: 3 });
  await expect(few).rejects.toMatchObject({ reason: "crm_unexpected" });
});
