import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { readWpFusionAddress } from "./dialects/wp-fusion.ts";
import { isDoorRequest, readRequestBody, targetOf } from "./fast-lane.ts";
import { readForm } from "./pairs.ts";

const isDoor = (url: string) => isDoorRequest(Object.assign(new IncomingMessage(new Socket()), { url }));

test.each(["/", "/index.php", "/blog/", "/blog", "/de/index.php"])(
  "a WP Fusion URL is a webhook under %s too, so that only the host is swapped",
  (path) => {
    const query = "contact_id=7&wpf_action=update&access_key=plugin12";
    expect(isDoor(`${path}?${query}`)).toBe(true);
    const address = readWpFusionAddress(path, query, readForm(query));
    expect(address).toMatchObject({ action: "update", key: "plugin12", shownPath: path });
  },
);

test.each([
  ["//hooks/key/add?role=a", "/hooks/key/add?role=a"],
  ["http://proxy.example:80/hooks/key/add", "/hooks/key/add"],
  ["https://proxy.example?wpf_action=add", "/?wpf_action=add"],
])("%s is the webhook %s", (url, target) => {
  expect(isDoor(url)).toBe(true);
  expect(targetOf(Object.assign(new IncomingMessage(new Socket()), { url }))).toBe(target);
});

test("pages and the API are not webhooks", () => {
  for (const url of [
    "/",
    "/webhooks?q=wpf_action",
    "/hooksy",
    "/api/health",
    "/members?page=wpf_action=add",
    "/https://x.example/hooks/key/add",
  ]) {
    expect(isDoor(url)).toBe(false);
  }
});

/** A body of so many bytes as it comes in, read with the first `most` of them kept. */
async function read(size: number, most: number) {
  const req = new IncomingMessage(new Socket());
  let held = 0;
  const hold = (bytes: number) => {
    held += bytes;
    return true;
  };
  const reading = readRequestBody(req, hold, most);
  const piece = 60_000;
  for (let at = 0; at < size; at += piece) req.push(Buffer.alloc(Math.min(piece, size - at), "x"));
  req.push(null);
  const { bytes, problem } = await reading;
  return { problem, length: bytes?.length ?? null, held };
}

test("a body is kept as far as it is wanted, and read to its end", async () => {
  expect(await read(500_000, 2_048)).toEqual({ problem: null, length: 2_048, held: 2_048 });
  expect(await read(500_000, 1_048_576)).toEqual({ problem: null, length: 500_000, held: 500_000 });
  expect(await read(1_048_576, 1_048_576)).toEqual({ problem: null, length: 1_048_576, held: 1_048_576 });
});

test("a body beyond the limit is refused, however little of it is wanted", async () => {
  expect(await read(1_048_577, 2_048)).toMatchObject({ problem: "too_large" });
  expect(await read(1_048_577, 1_048_576)).toMatchObject({ problem: "too_large" });
});

test("a body whose caller went away before it was read is broken", async () => {
  const req = new IncomingMessage(new Socket());
  req.on("error", () => undefined).destroy(new Error("aborted"));
  expect(await readRequestBody(req, () => true, 2_048)).toMatchObject({ problem: "broken" });
});
