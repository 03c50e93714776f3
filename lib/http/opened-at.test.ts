import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** The functions as a process with these settings has them. */
async function withSettings(settings: Record<string, string>) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  vi.resetModules();
  return import("./opened-at.ts");
}

const opened = new Headers({ host: "192.168.1.20:3000", origin: "http://192.168.1.20:3000" });

test("URLs for a CRM use the public address wherever the console was opened", async () => {
  const { publicOrigin, openedOrigin, isSameOrigin } = await withSettings({
    PUBLIC_URL: "https://rollcall.example/",
  });
  expect(publicOrigin(opened)).toBe("https://rollcall.example");
  expect(openedOrigin(opened)).toBe("http://192.168.1.20:3000");
  expect(isSameOrigin(opened)).toBe(true);
});

test("without a public address they use the one under which the caller opened Rollcall", async () => {
  const { publicOrigin } = await withSettings({ PORT: "3000" });
  expect(publicOrigin(opened)).toBe("http://192.168.1.20:3000");
  expect(publicOrigin(new Headers({ host: "localhost:3000" }))).toBe("http://localhost:3000");
});

test.each(["[", "a b", "host:port"])(
  "a host that no page can have, “%s”, is the origin of none",
  async (host) => {
    const { isSameOrigin } = await withSettings({ TRUST_PROXY: "true" });
    const origin = "http://localhost:3000";
    expect(isSameOrigin(new Headers({ host, origin }))).toBe(false);
    expect(isSameOrigin(new Headers({ host: "localhost:3000", "x-forwarded-host": host, origin }))).toBe(
      false,
    );
    expect(isSameOrigin(new Headers({ host, origin, "sec-fetch-site": "same-origin" }))).toBe(false);
  },
);
