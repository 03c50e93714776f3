import { afterEach, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { openAccount } from "./testing.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, sideload: false, contacts: 3 });
});
afterEach(() => sandbox.close());

/** Gives contact 1 tags until it has so many; returns their names, sorted. */
function tagUpTo(count: number): string[] {
  const names = Array.from({ length: count - 2 }, (_, index) => `Extra ${index}`);
  sandbox.control.edit([1], { addTags: names });
  const { tags } = sandbox.state.contacts.get(1) ?? { tags: new Map<number, number>() };
  return [...tags.keys()].map((id) => sandbox.state.tags.get(id) ?? "").sort();
}

test.each([
  [25, 1],
  [100, 1],
  [130, 2],
])("a contact with %i tags has them all, in %i calls", async (count, calls) => {
  const tags = tagUpTo(count);
  expect(tags).toHaveLength(count);
  const { client, asked } = openAccount(sandbox, "no");
  expect((await client.load(["1"])).get("1")).toMatchObject({ status: "found", contact: { tags } });
  expect(asked.filter((name) => name === "GET contacts/1/contactTags")).toHaveLength(calls);
});

test("a tag far down the contact's list is taken away", async () => {
  tagUpTo(130);
  const last = "Extra 127";
  await openAccount(sandbox, "no").client.removeTag("1", last);
  const left = [...(sandbox.state.contacts.get(1)?.tags.keys() ?? [])].map((id) =>
    sandbox.state.tags.get(id),
  );
  expect(left).toHaveLength(129);
  expect(left).not.toContain(last);
});

test("a contact that goes between the two calls is missing, as if it had gone before them", async () => {
  const { client } = openAccount(sandbox, "no", ({ name }) => {
    if (name === "GET contacts/1/contactTags") sandbox.control.forget(1);
    return undefined;
  });
  expect((await client.load(["1"])).get("1")).toEqual({ status: "missing" });
});
