import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.parse>;
type Range = [Address, number];

const range = (cidr: string): Range => ipaddr.parseCIDR(cidr);

/** Addresses that are not the public internet: own machine, own network, tests, tunnels into IPv4, multicast. */
const closed: Range[] = [
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
  "::/96",
  "::ffff:0:0/96",
  "::ffff:0:0:0/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
].map(range);

/** The cast: both are of one kind here, which the library's overloads cannot say. */
const within = (address: Address, ranges: Range[]): boolean =>
  ranges.some(([base, bits]) => base.kind() === address.kind() && address.match([base, bits] as never));

/** The IPv4 address that one in IPv6 clothes reaches. */
function bare(address: Address): Address {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address;
}

function readRange(entry: string): Range {
  try {
    if (entry.includes("/")) return range(entry);
    const address = ipaddr.parse(entry);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch (cause) {
    throw new Error(`OUTBOUND_ALLOW: “${entry}” is not an address range such as 10.0.0.0/8`, { cause });
  }
}

/**
 * A test whether an address may be called: public ones, and those in `allow` (CIDRs, comma separated). IPv4 in IPv6
 * clothes may only when `allow` names the IPv4 address, and text that is no IP address as a resolver writes it may not.
 * Throws when `allow` cannot be read.
 */
export function readAddressRule(allow: string): (address: string) => boolean {
  const open = allow
    .split(",")
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(readRange);
  // "localhost" has two addresses; opening the one loopback and not the other would refuse it as a mixed answer.
  if (within(ipaddr.parse("127.0.0.1"), open)) open.push(range("::1/128"));
  return (text) => {
    // The library also reads octal and short spellings, each resolver in its own way.
    if (isIP(text) === 0) return false;
    const address = ipaddr.parse(text);
    return within(bare(address), open) || !within(address, closed);
  };
}
