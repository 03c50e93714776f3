import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { readWpFusionAddress } from "./dialects/wp-fusion.ts";
import { isDoorRequest } from "./fast-lane.ts";
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

test("pages and the API are not webhooks", () => {
  for (const url of [
    "/",
    "/webhooks?q=wpf_action",
    "/hooksy",
    "/api/health",
    "/members?page=wpf_action=add",
  ]) {
    expect(isDoor(url)).toBe(false);
  }
});
