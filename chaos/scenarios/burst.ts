import { randomUUID } from "node:crypto";
import { type Lab, range } from "../lab.ts";
import type { Scenario } from "../scenario.ts";

const contacts = 2_500;
const events = 10_000;

/** Members that are there already, so that the burst measures the flood and not 2,500 password hashes. */
async function putMembers(lab: Lab, ids: number[]): Promise<void> {
  const rows = ids.map((id) => {
    const email = lab.sandbox.state.contacts.get(id)?.email ?? "";
    return { id: randomUUID(), contactId: String(id), email };
  });
  await lab.database.sql()`
    with given as (select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as g(id uuid, "contactId" text, email text)),
    made as (
      insert into members (id, email, login, role, first_name, last_name, tags, fields)
      select id, email, email, 'subscriber', '', '', '{}', '{}' from given returning id
    )
    insert into member_contacts (connection_id, contact_id, member_id, tags, fields, loaded_at)
    select ${lab.connectionId}, g."contactId", g.id, '{}', '{}', now() from given g join made on made.id = g.id`;
}

export const burst: Scenario = {
  number: 8,
  name: "burst",
  title: "burst of 10,000 events",
  lab: () => ({ contacts }),
  async run(lab) {
    const touched = range(1, contacts);
    await putMembers(lab, touched);
    await lab.phase(`${events} at once`, async (over) => {
      const next = (number: number) =>
        lab.change(touched[number % touched.length] ?? 1, { action: "update" });
      await lab.load({ perSecond: 2_000, seconds: events / 2_000, next }).done;
      over();
    });
  },
};
