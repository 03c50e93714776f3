import fc from "fast-check";
import { expect, test } from "vitest";
import { isProtected, keptName, siteLogin, siteRole } from "./names.ts";
import { settings } from "./settings.ts";

const id = "0199a5c0-0000-7000-8000-000000000001";
const read = (change: Record<string, unknown> = {}) =>
  settings.parse({ url: "https://a.example", username: "x", ...change });

test.each([
  ["zoe.connor", "zoe.connor"],
  ["Zoë O’Connor", "Zoe OConnor"],
  ["zoe+courses@example.com", "zoecourses@example.com"],
  ["  two   spaces ", "two spaces"],
  ["Жанна", `member-${id}`],
  ["a".repeat(80), "a".repeat(60)],
])("%s as a login is %s", (login, expected) => expect(siteLogin({ id, login })).toBe(expected));

test("a login is always one that WordPress takes, and the same every time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), (login) => {
      const made = siteLogin({ id, login });
      expect(made).toMatch(/^[A-Za-z0-9_.@-]([A-Za-z0-9 _.@-]{0,58}[A-Za-z0-9_.@-])?$/);
      expect(siteLogin({ id, login: made })).toBe(made);
    }),
  );
});

test("names lose markup and runs of spaces", () => {
  expect(keptName(" Zoë <b>O’Connor</b>\n & Sons <img")).toBe("Zoë O’Connor & Sons");
});

test("roles are mapped, or keep their name as a slug", () => {
  const mapped = read({ roles: { "Gold Member": "gold", former: "" } });
  expect(
    ["Gold Member", "former", "Workshop Pro", "shop_manager", "toString"].map((role) =>
      siteRole(mapped, role),
    ),
  ).toEqual(["gold", null, "workshop-pro", "shop_manager", "tostring"]);
});

test("an administrator is protected even where the settings name nobody", () => {
  const user = { id: 1, username: "x", email: "", first_name: "", last_name: "", meta: {}, capabilities: {} };
  const nobody = read({ protectedRoles: [] });
  expect(isProtected(nobody, { ...user, roles: ["administrator"] })).toBe(true);
  expect(isProtected(nobody, { ...user, roles: ["editor"] })).toBe(false);
  expect(isProtected(read(), { ...user, roles: ["subscriber", "editor"] })).toBe(true);
  expect(isProtected(nobody, { ...user, roles: ["desk"], capabilities: { promote_users: true } })).toBe(true);
});

test.each([
  ["members.example.com", "https://members.example.com"],
  ["https://example.com/club/", "https://example.com/club"],
  ["https://example.com/wp-admin/users.php?page=1", "https://example.com"],
  ["https://example.com/club/wp-json/wp/v2/users", "https://example.com/club"],
  ["http://localhost:8080", "http://localhost:8080"],
])("the address %s is kept as %s", (typed, kept) => expect(read({ url: typed }).url).toBe(kept));

test.each(["", "ftp://example.com", "https://me:secret@example.com", "https://"])(
  "the address “%s” is refused",
  (url) => expect(settings.safeParse({ url, username: "x" }).success).toBe(false),
);

test.each(["_secret", "a b", "", "wp capabilities"])("the meta key “%s” is refused", (key) =>
  expect(settings.safeParse({ url: "https://a.example", username: "x", fields: { city: key } }).success).toBe(
    false,
  ),
);
