import type { Db } from "#db/client.ts";
import { uuidv7 } from "../ids.ts";
import { collect } from "./collect.ts";

/** What the door recorded: deliveries of these contacts, in one group commit that nobody has collected yet. */
export async function arrive(
  db: Db,
  connectionId: string,
  contactIds: readonly (number | string)[],
  given: { action?: string; trigger?: string; params?: Record<string, unknown>; ageSeconds?: number } = {},
): Promise<string[]> {
  const { action = "update", trigger = "automation", params = {}, ageSeconds = 0 } = given;
  const rows = contactIds.map((contact) => ({
    id: uuidv7(Date.now() - ageSeconds * 1000),
    contact: String(contact),
  }));
  await db.$client`
    with stored as (
      insert into deliveries (id, commit_id, received_at, read_ms, key_ms, connection_id, dialect, action, trigger,
        contact_id, verdict, params, remote_address, method, path, query, headers, body)
      select id, ${uuidv7()}::uuid, clock_timestamp() - ${ageSeconds} * interval '1 second', 0, 0, ${connectionId}::uuid,
        'rollcall', ${action}, ${trigger}, contact, 'accepted', ${JSON.stringify(params)}::text::jsonb, '127.0.0.1', 'POST',
        ${`/hooks/hidden/${action}`}, '', '[]', ''
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as r(id uuid, contact text)
      returning id
    )
    insert into inbox (delivery_ids) select array_agg(id) from stored`;
  return rows.map((row) => row.id);
}

/** Collects until nothing is left in the inbox. */
export async function collectAll(db: Db): Promise<void> {
  while ((await collect(db)) > 0);
}

/** Lets a flood's rate have fallen: nothing came for longer than the rate looks back. */
export async function letRateFall(db: Db): Promise<void> {
  await db.$client`update flood_rates set at = at - interval '5 minutes'`;
  await db.$client`update floods set last_at = last_at - interval '5 minutes'`;
}
