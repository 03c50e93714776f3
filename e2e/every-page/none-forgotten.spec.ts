import { expect, test } from "@playwright/test";
import { pagesOfApp } from "../fixtures/pages-of-app.ts";
import { seenByAxe } from "../fixtures/seen-by-axe.ts";

test("axe has seen every page of app/ by the end of the other tests", () => {
  const seen = new Set(seenByAxe().map((path) => pageOf(path)));
  expect(pagesOfApp().filter((page) => !seen.has(page))).toEqual([]);
});

/** The page that answers a path: one without a parameter before one with. */
function pageOf(path: string): string | undefined {
  const pages = pagesOfApp();
  return pages.includes(path) ? path : pages.find((page) => patternOf(page).test(path));
}

const patternOf = (page: string) => new RegExp(`^${page.replace(/\[\w+\]/g, "[^/]+")}$`);
