import { expect, it } from "vitest";
import { counted } from "./difference.ts";

it("counts one as one", () => {
  expect(counted(1, "tag", "tags")).toBe("1 tag");
  expect(counted(0, "tag", "tags")).toBe("0 tags");
});
