import fc from "fast-check";
import { expect, test } from "vitest";
import { protectedRoles, roleSlug } from "../words.ts";
import { addressAllowed, type KeyEntry, readRange, refuse, roleAllowed } from "./keys.ts";

const entry: KeyEntry = {
  id: "k",
  connectionId: "c",
  kind: "activecampaign",
  actions: null,
  roles: null,
  allowedIps: null,
  waitSeconds: 0,
  expiresAt: null,
  revokedAt: null,
};
const asked = { action: "add", role: null, remoteAddress: "203.0.113.24", now: 1_000 };

test("a key without limits allows every action and every role but the protected ones", () => {
  fc.assert(
    fc.property(fc.constantFrom("add", "update", "update_tags"), fc.string(), (action, role) => {
      const refused = refuse(entry, { ...asked, action, role });
      expect(refused === null).toBe(!protectedRoles.includes(roleSlug(role)));
    }),
  );
});

test("no spelling of a protected role passes a key that does not list it", () => {
  const spelling = fc.constantFrom(
    "administrator",
    "Administrator",
    " ADMINISTRATOR ",
    "editor",
    "Editor\n",
    "--editor--",
  );
  fc.assert(
    fc.property(spelling, fc.array(fc.constantFrom("customer", "gold"), { maxLength: 2 }), (role, roles) => {
      expect(roleAllowed(roles.length ? roles : null, role)).toBe(false);
    }),
  );
  expect(roleAllowed(["administrator"], "Administrator")).toBe(true);
});

test("a listed action or role is allowed and every other one is refused", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("add", "update", "update_tags")),
      fc.constantFrom("add", "update", "update_tags"),
      (actions, action) => {
        const refused = refuse({ ...entry, actions }, { ...asked, action });
        expect(refused?.reason ?? null).toBe(actions.includes(action) ? null : "action_not_allowed");
      },
    ),
  );
  expect(refuse({ ...entry, roles: [] }, { ...asked, role: "customer" })?.reason).toBe("role_not_allowed");
  expect(refuse({ ...entry, roles: ["gold-member"] }, { ...asked, role: "Gold Member" })).toBeNull();
});

test("unknown, revoked and expired keys are told apart", () => {
  expect(refuse(null, asked)).toMatchObject({ reason: "no_such_key", status: 401 });
  expect(refuse({ ...entry, revokedAt: 1 }, asked)).toMatchObject({ reason: "key_revoked", status: 401 });
  expect(refuse({ ...entry, expiresAt: 1_000 }, asked)).toMatchObject({ reason: "key_expired", status: 401 });
  expect(refuse({ ...entry, expiresAt: 1_001 }, asked)).toBeNull();
});

test("addresses are matched by value, in ranges, and across spellings", () => {
  expect(addressAllowed(["203.0.113.0/24"], "203.0.113.24")).toBe(true);
  expect(addressAllowed(["203.0.113.24"], "::ffff:203.0.113.24")).toBe(true);
  expect(addressAllowed(["2001:db8::/32"], "2001:db8::1")).toBe(true);
  expect(addressAllowed(["203.0.113.0/24"], "198.51.100.1")).toBe(false);
  expect(addressAllowed(["nonsense", "2001:db8::/32"], "203.0.113.24")).toBe(false);
  expect(addressAllowed(["0.0.0.0/0"], "unknown")).toBe(false);
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(addressAllowed([address], address)).toBe(true);
      expect(addressAllowed([`${address}/32`], address)).toBe(true);
    }),
  );
});

test("a range of IPv4 addresses written as IPv6 covers the same callers", () => {
  expect(addressAllowed(["::ffff:127.0.0.0/104"], "127.1.2.3")).toBe(true);
  expect(addressAllowed(["::ffff:127.0.0.0/104"], "128.0.0.1")).toBe(false);
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, caller, bits) => {
      const mapped = addressAllowed([`::ffff:${network}/${bits + 96}`], caller);
      expect(mapped).toBe(addressAllowed([`${network}/${bits}`], caller));
    }),
  );
});

test("a range that reaches beyond the mapped IPv4 addresses cannot be read, and covers nobody", () => {
  expect(readRange("::ffff:127.0.0.0/8")).toBeNull();
  expect(addressAllowed(["::ffff:127.0.0.0/8"], "127.0.0.1")).toBe(false);
  for (const range of ["203.0.113.9", "203.0.113.0/24", "2001:db8::/32", "::1", "::/0", "::ffff:203.0.113.9"])
    expect(readRange(range)).not.toBeNull();
});
