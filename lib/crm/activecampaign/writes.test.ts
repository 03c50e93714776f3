import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";
import { openAccount } from "./testing.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ callsPerSecond: 0, contacts: 3 });
});
afterEach(() => sandbox.close());

const valuesOf = (id: number) =>
  [...(sandbox.state.contacts.get(id)?.fieldValues ?? [])].map(([field, { value }]) => [field, value]);
const tagsOf = (id: number) => [...(sandbox.state.contacts.get(id)?.tags.keys() ?? [])];

/** Deletes a field and makes one of the same name anew, as a person does in the CRM. */
function remakeField(id: number, newId: number): void {
  const field = sandbox.state.fields.get(id);
  if (!field) throw new Error(`no field ${id}`);
  sandbox.state.fields.delete(id);
  sandbox.state.fields.set(newId, { ...field, id: newId });
}

describe("a field whose id is known", () => {
  test("and that was made anew under another is written there", async () => {
    const { client } = openAccount(sandbox, "yes");
    await client.writeField("1", "member_password", "first");
    remakeField(4, 40);
    await client.writeField("2", "member_password", "second");
    expect(valuesOf(2)).toContainEqual([40, "second"]);
    expect(await client.readField("2", "member_password")).toBe("second");
  });

  test("and that was deleted is named as missing, not the contact", async () => {
    const { client, asked } = openAccount(sandbox, "yes");
    await client.writeField("1", "member_password", "first");
    sandbox.state.fields.delete(4);
    await expect(client.writeField("2", "member_password", "x")).rejects.toMatchObject({
      reason: "password_field_missing",
      detail: "member_password",
    });
    expect(asked.filter((name) => name === "GET fields")).toHaveLength(2);
  });

  test.each([
    ["No Result found for Field with id 4", "password_field_missing"],
    ["No Result found", "crm_bad_request"],
    ["No Result found for Subscriber with id 1", "contact_missing"],
  ])("and that the account lists, and answers with “%s”, is %s", async (message, reason) => {
    const { client, asked } = openAccount(sandbox, "yes", ({ name }) =>
      name === "POST fieldValues" ? { status: 404, json: { message } } : undefined,
    );
    await expect(client.writeField("1", "member_password", "x")).rejects.toMatchObject({ reason });
    expect(asked.filter((name) => name === "POST fieldValues")).toHaveLength(1);
  });
});

describe("a tag whose id is known", () => {
  test("and that was made anew under another is added by that", async () => {
    const { client } = openAccount(sandbox, "yes");
    await client.addTag("1", "VIP");
    sandbox.state.tags.delete(8);
    sandbox.state.tags.set(80, "VIP");
    await client.addTag("2", "VIP");
    expect(tagsOf(2)).toContain(80);
  });

  test("and that was deleted is made again", async () => {
    const { client } = openAccount(sandbox, "yes");
    await client.addTag("1", "VIP");
    sandbox.state.tags.delete(8);
    sandbox.state.tags.set(80, "Another");
    await client.addTag("2", "VIP");
    expect(tagsOf(2).map((id) => sandbox.state.tags.get(id))).toContain("VIP");
  });

  test("and that was made anew is taken from the contact that has the new one", async () => {
    const { client } = openAccount(sandbox, "yes");
    await client.addTag("1", "VIP");
    sandbox.state.tags.delete(8);
    sandbox.state.tags.set(80, "VIP");
    sandbox.control.edit([2], { addTags: ["VIP"] });
    expect(tagsOf(2)).toContain(80);
    await client.removeTag("2", "VIP");
    expect(tagsOf(2)).not.toContain(80);
  });
});

describe("a tag that is there already", () => {
  test.each([400, 409, 422])("on the contact is added by an answer of %i", async (status) => {
    sandbox.control.edit([1], { addTags: ["VIP"] });
    const answer = { status, json: { message: "Could not process request" } };
    const refusing = openAccount(sandbox, "yes", ({ name }) =>
      name === "POST contactTags" ? answer : undefined,
    );
    await refusing.client.addTag("1", "VIP");
    await expect(refusing.client.addTag("2", "VIP")).rejects.toMatchObject({ reason: "crm_bad_request" });
  });

  test.each([400, 409, 422, 500])("in the account is found after an answer of %i", async (status) => {
    const { client } = openAccount(sandbox, "yes", ({ name }) => {
      if (name !== "POST tags") return undefined;
      sandbox.state.tags.set(50, "Brand new");
      return { status, json: { message: "Could not process request", error: "Duplicate entry" } };
    });
    await client.addTag("1", "Brand new");
    expect(tagsOf(1)).toContain(50);
  });

  test.each([
    [400, "crm_bad_request"],
    [500, "crm_server_error"],
  ])("in the account, and is not, fails with what an answer of %i means", async (status, reason) => {
    const answer = { status, json: { message: "Could not process request" } };
    const { client } = openAccount(sandbox, "yes", ({ name }) => (name === "POST tags" ? answer : undefined));
    await expect(client.addTag("1", "Brand new")).rejects.toMatchObject({ reason });
  });

  test("is found by its name among more than a hundred that contain it", async () => {
    for (let id = 100; id < 330; id++) sandbox.state.tags.set(id, `Gold circle ${id}`);
    sandbox.state.tags.set(999, "Gold");
    await openAccount(sandbox, "yes").client.addTag("1", "Gold");
    expect(tagsOf(1)).toContain(999);
    expect(sandbox.control.calls().counts["POST tags"]).toBeUndefined();
  });
});

describe("a template's tag of the same name", () => {
  test("is never given to a contact", async () => {
    sandbox.state.templateTags.set(5000, "Spring");
    sandbox.state.tags.set(5001, "Spring");
    sandbox.state.templateTags.set(5002, "Template only");
    const { client } = openAccount(sandbox, "no");
    await client.load(["1"]);
    await client.addTag("1", "Spring");
    await client.addTag("1", "Template only");
    expect(tagsOf(1)).toContain(5001);
    expect(tagsOf(1).map((id) => sandbox.state.tags.get(id))).toContain("Template only");
    await client.removeTag("1", "Spring");
    expect(tagsOf(1)).not.toContain(5001);
  });
});
