import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { GiveUp, RetryLater } from "../errors.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import { readAddressRule } from "./outbound-address.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function outbound(options: Partial<Parameters<typeof createOutbound>[0]> = {}): Outbound {
  const made = createOutbound({ allow: "127.0.0.0/8", ...options });
  closers.push(made.close);
  return made;
}

const refusal = (run: Promise<unknown>) =>
  run.then(
    () => "no error",
    (error: unknown) =>
      error instanceof GiveUp || error instanceof RetryLater ? `${error.reason}: ${error.detail}` : error,
  );

const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
const privateIpv4 = fc.oneof(
  fc.nat(0xffffff).map((low) => 0x7f000000 + low),
  fc.nat(0xffffff).map((low) => 0x0a000000 + low),
  fc.nat(0xffff).map((low) => 0xc0a80000 + low),
  fc.nat(0xfffff).map((low) => 0xac100000 + low),
  fc.nat(0xffff).map((low) => 0xa9fe0000 + low),
);
const spellings: ((value: number) => string)[] = [
  dotted,
  (value) => String(value >>> 0),
  (value) => `0x${(value >>> 0).toString(16)}`,
  (value) =>
    dotted(value)
      .split(".")
      .map((part) => `0${Number(part).toString(8)}`)
      .join("."),
  (value) => `${value >>> 24}.${value & 0xffffff}`,
  (value) => `[::ffff:${dotted(value)}]`,
  (value) => `[::ffff:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}]`,
  (value) => `[64:ff9b::${dotted(value)}]`,
  (value) => `[2002:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}::1]`,
  (value) => `${dotted(value)}.`,
];

describe("addresses", () => {
  test("no spelling of a private address gets through", async () => {
    const out = outbound({ allow: "" });
    await fc.assert(
      fc.asyncProperty(privateIpv4, fc.constantFrom(...spellings), async (value, spell) => {
        expect(await refusal(out.fetch(`http://${spell(value)}/`, { method: "GET" }))).toMatch(
          /^crm_address_blocked/,
        );
      }),
    );
  });

  test("text that is no address may not be called", () => {
    const mayCall = readAddressRule("");
    fc.assert(fc.property(fc.stringMatching(/^[g-z]{1,12}$/), (text) => !mayCall(text)));
  });

  test.each(["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
    "%s is public",
    (address) => expect(readAddressRule("")(address)).toBe(true),
  );

  test.each([
    "0.0.0.0",
    "100.64.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "198.19.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "100::1",
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
  ])("%s is not public", (address) => expect(readAddressRule("")(address)).toBe(false));

  test("OUTBOUND_ALLOW opens ranges, mapped spellings of them, and both loopbacks together", () => {
    const mayCall = readAddressRule("127.0.0.0/8, 10.1.2.3, fd00::/8");
    expect(["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "fd12::1"].filter(mayCall)).toHaveLength(5);
    expect(mayCall("10.1.2.4")).toBe(false);
  });

  test("an OUTBOUND_ALLOW that cannot be read is named", () => {
    expect(() => readAddressRule("10.0.0.0/8,nonsense")).toThrow("nonsense");
  });

  test("a name with one private address among public ones is refused", async () => {
    const out = outbound({
      allow: "",
      resolve: async () => [
        { address: "93.184.215.14", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ],
    });
    expect(await refusal(out.fetch("http://mixed.example/", { method: "GET" }))).toBe(
      "crm_address_blocked: mixed.example",
    );
  });

  test("the connection goes to the address that was vetted", async () => {
    const port = await listen((request, response) => response.end(request.headers.host));
    const asked: string[] = [];
    const out = outbound({
      resolve: async (host) => {
        asked.push(host);
        return [{ address: asked.length === 1 ? "127.0.0.1" : "10.0.0.1", family: 4 }];
      },
    });
    const answer = await out.fetch(`http://crm.example:${port}/`, { method: "GET" });
    expect(answer.text).toBe(`crm.example:${port}`);
    expect(asked).toEqual(["crm.example"]);
  });

  test.each(["ftp://example.com/", "file:///etc/passwd", "http://user:pass@example.com/", "no url"])(
    "%s is refused",
    async (url) =>
      expect(await refusal(outbound().fetch(url, { method: "GET" }))).toMatch(/^crm_address_blocked/),
  );
});

describe("calls", () => {
  test("method, headers and body go out; status, headers and text come back", async () => {
    const port = await listen((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () =>
        response
          .writeHead(201, { "x-seen": String(request.headers["api-token"]) })
          .end(`${request.method} ${body} åß`),
      );
    });
    const answer = await outbound().fetch(`http://127.0.0.1:${port}/x`, {
      method: "PUT",
      headers: { "Api-Token": "t" },
      body: "hello",
    });
    expect([answer.status, answer.headers.get("x-seen"), answer.text]).toEqual([201, "t", "PUT hello åß"]);
  });

  test("a redirect is an answer, not a way", async () => {
    const port = await listen((_, response) =>
      response.writeHead(302, { location: "http://10.0.0.1/" }).end(),
    );
    expect((await outbound().fetch(`http://127.0.0.1:${port}/`, { method: "GET" })).status).toBe(302);
  });

  test("silence and a dripping answer end as a timeout", async () => {
    const silent = await listen(() => undefined);
    const dripping = await listen((_, response) => {
      const timer = setInterval(() => response.write("."), 5);
      response.on("close", () => clearInterval(timer));
    });
    for (const port of [silent, dripping])
      expect(
        await refusal(outbound().fetch(`http://127.0.0.1:${port}/`, { method: "GET", timeoutMs: 60 })),
      ).toBe(`crm_timeout: 127.0.0.1:${port}`);
  });

  test("an answer over the limit is refused", async () => {
    const port = await listen((_, response) => response.end("x".repeat(2000)));
    expect(
      await refusal(outbound({ maxBytes: 1000 }).fetch(`http://127.0.0.1:${port}/`, { method: "GET" })),
    ).toMatch(/^crm_unexpected: .*too much/);
  });

  test("nobody listening and a broken connection are named", async () => {
    const port = await listen((request) => request.socket.destroy());
    expect(await refusal(outbound().fetch(`http://127.0.0.1:${port}/`, { method: "GET" }))).toMatch(
      /^crm_unreachable: .*broken off/,
    );
    expect(await refusal(outbound().fetch("http://127.0.0.1:1/", { method: "GET" }))).toMatch(
      /^crm_unreachable: 127\.0\.0\.1:1: connection refused/,
    );
  });
});
