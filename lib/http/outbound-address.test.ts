import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, test } from "vitest";
import { readAddressRule } from "./outbound-address.ts";

/** What no call may reach, as the webhook services that publish their list have it. */
const closedIpv4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "255.255.255.255/32",
];
const closedIpv6 = [
  "::/128",
  "::1/128",
  "::ffff:0:0/96",
  "64:ff9b::/96",
  "100::/64",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
];

const numberOf = (text: string): bigint =>
  ipaddr
    .parse(text)
    .toByteArray()
    .reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const textOf = (value: bigint, bits: 32 | 128): string => {
  const bytes = Array.from({ length: bits / 8 }, (_, at) =>
    Number((value >> BigInt(bits - 8 - at * 8)) & 255n),
  );
  return ipaddr.fromByteArray(bytes).toString();
};
/** Any address of a range. */
const inside = (cidr: string, bits: 32 | 128) => {
  const [base = "", length = ""] = cidr.split("/");
  const free = BigInt(bits - Number(length));
  return fc
    .bigInt({ min: 0n, max: (1n << free) - 1n })
    .map((low) => textOf(((numberOf(base) >> free) << free) | low, bits));
};
const isInside = (address: string, cidr: string) => {
  const [base = "", length = ""] = cidr.split("/");
  const bits = address.includes(":") ? 128 : 32;
  if (base.includes(":") !== address.includes(":")) return false;
  const free = BigInt(bits - Number(length));
  return numberOf(address) >> free === numberOf(base) >> free;
};
const publicRule = readAddressRule("");

describe("the rule of addresses", () => {
  test.each([
    ...closedIpv4.map((cidr) => [cidr, 32] as const),
    ...closedIpv6.map((cidr) => [cidr, 128] as const),
  ])("no address of %s may be called", (cidr, bits) =>
    fc.assert(fc.property(inside(cidr, bits), (address) => !publicRule(address))),
  );

  test("every IPv4 address outside the ranges may be called", () => {
    const any = fc.bigInt({ min: 0n, max: 0xffffffffn }).map((value) => textOf(value, 32));
    fc.assert(
      fc.property(
        any,
        (address) => publicRule(address) === !closedIpv4.some((cidr) => isInside(address, cidr)),
      ),
      { numRuns: 2000 },
    );
  });

  test("the addresses beside each IPv4 range may be called, unless another range has them", () => {
    for (const cidr of closedIpv4) {
      const [base = "", length = ""] = cidr.split("/");
      const size = 1n << BigInt(32 - Number(length));
      for (const value of [numberOf(base) - 1n, numberOf(base) + size]) {
        if (value < 0n || value > 0xffffffffn) continue;
        const address = textOf(value, 32);
        expect([address, publicRule(address)]).toEqual([
          address,
          !closedIpv4.some((one) => isInside(address, one)),
        ]);
      }
    }
  });

  test("a private IPv4 address in the clothes of IPv6 may not be called, nor a public one", () => {
    const any = fc.bigInt({ min: 0n, max: 0xffffffffn }).map((value) => textOf(value, 32));
    fc.assert(
      fc.property(any, fc.constantFrom("::ffff:", "::", "64:ff9b::", "::ffff:0:"), (address, clothes) => {
        return !publicRule(clothes + address);
      }),
    );
  });

  test("OUTBOUND_ALLOW opens what it names, also mapped into IPv6, and nothing else", () => {
    const octet = fc.nat(255);
    fc.assert(
      fc.property(octet, fc.integer({ min: 8, max: 32 }), octet, octet, octet, (a, length, b, c, d) => {
        const allowed = `10.${a}.7.9/${length}`;
        const mayCall = readAddressRule(`192.168.99.0/24, ${allowed}`);
        const address = `10.${b}.${c}.${d}`;
        const expected = isInside(address, allowed);
        return mayCall(address) === expected && mayCall(`::ffff:${address}`) === expected;
      }),
    );
  });

  test.each([
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "010.8.8.8",
    "8.8.8.8 ",
    "8.8.8.8\n",
    "8.8.8",
    "",
    "[2606:4700::1111]",
    "2606:4700::1111::",
    "８.8.8.8",
  ])("“%s” is no address as a resolver writes it", (text) => expect(publicRule(text)).toBe(false));
});
