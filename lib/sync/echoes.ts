import type { Db } from "#db/client.ts";
import type { EventSaid } from "../crm/contract.ts";
import { readPairs } from "../door/pairs.ts";
import { GiveUp } from "../errors.ts";
import { uuidv7Floor, uuidv7Time } from "../ids.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import type { ConnectionRow, OpenConnection } from "./open-connection.ts";
import { type ContactView, readContact } from "./read-contact.ts";
import { plainName, traceHash, type WriteTrace } from "./write-traces.ts";

/**
 * What an event is worth. `echo`: it tells only what Rollcall wrote and what the member holds already. `own`: it tells
 * only what Rollcall wrote, but the member does not hold it yet. `news`: anything else, and all that is in doubt.
 */
export type Worth = "echo" | "own" | "news";

/** What is held of a contact: its last reading, and the member it became. */
export type Held = Pick<ContactView, "email" | "firstName" | "lastName" | "tags" | "fields"> & {
  role: string;
};

/** Rollcall writes with the API; accounts without ActiveCampaign's fix tell such changes as "admin". */
const ownSources: ReadonlySet<string> = new Set(["api", "admin"]);

const sameName = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Judges an event by its body, the live traces of its contact and what is held of that contact. An `echo` differs from
 * what is held in nothing that a run would apply, every value it tells beyond that is one that Rollcall wrote, and a
 * write of its kind is still remembered.
 */
export function judgeEvent(
  said: EventSaid | null,
  held: Held | null,
  traces: readonly WriteTrace[],
  connection: ConnectionRow,
): Worth {
  if (!said || !held || !ownSources.has(said.source ?? "")) return "news";
  const { change, contact } = said;
  const wrote = (kind: WriteTrace["kind"], name: string) =>
    traces.some((trace) => trace.kind === kind && sameName(trace.name, name));
  if (change.kind === "update" ? traces.length === 0 : !wrote(change.kind, change.tag)) return "news";
  const view = viewOf(said, connection);
  if (!view || view.refusedRole || (view.role ?? held.role) !== held.role) return "news";
  if (view.email !== held.email) return "news";
  if ((view.firstName || held.firstName) !== held.firstName) return "news";
  if ((view.lastName || held.lastName) !== held.lastName) return "news";

  const target = { connectionId: connection.id, contactId: contact.id };
  const wroteValue = (field: string) =>
    traces.some(
      ({ kind, name, valueHash }) =>
        kind === "field" &&
        sameName(name, field) &&
        valueHash === traceHash(target, field, contact.fields[field] ?? ""),
    );
  // Fields that hold a password are not part of what is held: any value in one must be Rollcall's own.
  const written = traces.filter((trace) => trace.kind === "field").map((trace) => trace.name);
  const unheld = [...new Set([...Object.keys(contact.fields), ...written])].filter(
    (field) => !(field in view.fields) && !(field in held.fields),
  );
  const isKnown = (field: string) =>
    wroteValue(field) || (!wrote("field", field) && (contact.fields[field] ?? "") === "");
  if (!unheld.every(isKnown)) return "news";

  const differing = [...new Set([...Object.keys(view.fields), ...Object.keys(held.fields)])].filter(
    (field) => (view.fields[field] ?? "") !== (held.fields[field] ?? ""),
  );
  const added = view.tags.filter((tag) => !held.tags.includes(tag));
  const removed = held.tags.filter((tag) => !view.tags.includes(tag));
  if (differing.length + added.length + removed.length === 0) return "echo";
  // A mapped field is held under its other name.
  const sourceOf = (field: string) =>
    plainName(connection.fieldMap.find((map) => map.to === field)?.from ?? field);
  const isOwn =
    differing.every((field) => sourceOf(field) in contact.fields && wroteValue(sourceOf(field))) &&
    added.every((tag) => wrote("tag_added", tag)) &&
    removed.every((tag) => wrote("tag_removed", tag));
  return isOwn ? "own" : "news";
}

function viewOf(said: EventSaid, connection: ConnectionRow): ContactView | null {
  try {
    return readContact(said.contact, connection);
  } catch (error) {
    if (error instanceof GiveUp) return null;
    throw error;
  }
}

/** An event of a run, with when the last of its duplicates came. */
export type Judged = { deliveryId: string; worth: Worth; receivedAt: string };

/** Door processes may differ in their clocks by less than this; their ids begin with the time. */
const clocksMs = 3_600_000;

type Body = {
  /** The delivery of the run that stands for this one: itself, or the one it is a duplicate of. */
  standsFor: string;
  receivedAt: string;
  body: Buffer;
  headers: [string, string][];
};

/** The bodies of these deliveries and of their duplicates, which have no run of their own. */
async function readBodies(db: Db, ref: ContactRef, ids: readonly string[]): Promise<Body[]> {
  const firstMs = Math.min(...ids.map(uuidv7Time));
  return db.$client<Body[]>`
    select coalesce(o.duplicate_of, o.delivery_id) as "standsFor", d.received_at as "receivedAt", d.body, d.headers
    from outcomes o join deliveries d on d.id = o.delivery_id
    where o.connection_id = ${ref.connectionId} and o.contact_id = ${ref.contactRef}
      and o.delivery_id >= ${uuidv7Floor(new Date(firstMs - clocksMs))}::uuid
      and coalesce(o.duplicate_of, o.delivery_id) in ${db.$client([...ids])}
    order by d.received_at`;
}

const order: Worth[] = ["echo", "own", "news"];

/**
 * Judges the events of one contact by their stored bodies, each together with its duplicates. Calls no CRM; what it
 * cannot read is news.
 */
export async function judgeEvents(
  db: Db,
  open: OpenConnection,
  ref: ContactRef,
  deliveryIds: readonly string[],
  traces: readonly WriteTrace[],
): Promise<Judged[]> {
  const [held] = await db.$client<Held[]>`
    select m.email, m.role, m.first_name as "firstName", m.last_name as "lastName", l.tags, l.fields
    from member_contacts l join members m on m.id = l.member_id
    where l.connection_id = ${ref.connectionId} and l.contact_id = ${ref.contactRef}
      and not exists (select from pending_passwords p where p.member_id = m.id)
      and not exists (select from pending_mails p where p.member_id = m.id)`;
  const worthOf = ({ body, headers }: Body): Worth => {
    const contentType = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
    const said = open.client.readEvent(readPairs(body, contentType));
    return said?.contact.id === ref.contactRef ? judgeEvent(said, held ?? null, traces, open.row) : "news";
  };
  const bodies = await readBodies(db, ref, deliveryIds);
  return deliveryIds.map((deliveryId) => {
    const own = bodies.filter((one) => one.standsFor === deliveryId);
    const worst = Math.max(...own.map((one) => order.indexOf(worthOf(one))));
    return {
      deliveryId,
      worth: order[worst] ?? "news",
      receivedAt: own.at(-1)?.receivedAt ?? new Date().toISOString(),
    };
  });
}
