import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReadAddress } from "../envelope.ts";
import { readForm } from "../pairs.ts";
import { readRollcallAddress } from "./rollcall.ts";
import { readWpFusionAddress } from "./wp-fusion.ts";

const key = fc.stringMatching(/^[A-Za-z0-9_-]{6,128}$/);
const action = fc.stringMatching(/^[a-z_]{1,20}$/);
const extra = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z]{3,8}$/), fc.string()), { maxLength: 4 })
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]) => [name, value.toWellFormed()])).toString());
const read = (dialect: ReadAddress, path: string, query: string) => dialect(path, query, readForm(query));

test("Rollcall's URLs give back key and action, and never show the key", () => {
  fc.assert(
    fc.property(key, action, extra, (secret, asked, query) => {
      const address = read(readRollcallAddress, `/hooks/${secret}/${asked}`, query);
      expect(address).toMatchObject({
        dialect: "rollcall",
        key: secret,
        action: asked,
        shownPath: `/hooks/hidden/${asked}`,
      });
      expect(read(readWpFusionAddress, `/hooks/${secret}/${asked}`, query)).toBeNull();
    }),
  );
});

test("WP Fusion's URLs give back key and action wherever they stand in the query, and never show the key", () => {
  fc.assert(
    fc.property(key, action, extra, fc.boolean(), (secret, asked, query, keyFirst) => {
      const own = [`wpf_action=${asked}`, `access_key=${secret}`];
      const parts = [...(keyFirst ? own.reverse() : own), query].filter(Boolean);
      const address = read(readWpFusionAddress, "/", parts.join("&"));
      expect(address).toMatchObject({ dialect: "wp-fusion", key: secret, action: asked });
      expect(address?.shownQuery).toContain("access_key=hidden");
      expect(address?.shownQuery).not.toContain(`access_key=${secret}`);
      expect(read(readRollcallAddress, "/", parts.join("&"))).toBeNull();
    }),
  );
});

test("pages of the console belong to no dialect", () => {
  for (const path of ["/", "/webhooks", "/sign-in", "/api/v1/deliveries"]) {
    expect(read(readRollcallAddress, path, "status=failed")).toBeNull();
    expect(read(readWpFusionAddress, path, "status=failed")).toBeNull();
  }
});
