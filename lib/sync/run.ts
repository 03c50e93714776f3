import type { Db } from "#db/client.ts";
import type { Contact, Loaded } from "../crm/contract.ts";
import { log } from "../log.ts";
import type { ContactRef } from "../queue/enqueue.ts";
import { applyContact } from "./apply.ts";
import type { Applied, Owed, Wish } from "./apply-item.ts";
import { beginWork } from "./at-work.ts";
import { counted, summarize } from "./difference.ts";
import { LeaseLost } from "./fence.ts";
import { closeRun } from "./finish.ts";
import { openRun, type Run } from "./lease.ts";
import { connectionById, type OpenConnection } from "./open-connection.ts";
import { type Returned, returnPassword } from "./passwords.ts";
import { type ContactView, readContact } from "./read-contact.ts";
import { sift } from "./sift.ts";
import { openTimeline, stopReason, type Timeline } from "./timeline.ts";
import type { RunResult } from "./verdict.ts";
import { sendWelcomeMail } from "./welcome-mail.ts";

/**
 * One run for one contact: take what waits, leave what needs no reading, load, apply, return the password, send the mail, report. Never throws for
 * what a CRM or mail server does: the outcome of every delivery says it. Safe to run twice and at the same time: only
 * one run of a contact is open, and each part finds its work done when it was.
 */
export async function runSync(db: Db, ref: ContactRef, workerId: string): Promise<void> {
  const opening = connectionById(db, ref.connectionId);
  // Whoever needs the connection hears of its failure.
  opening.catch(() => undefined);
  const run = await openRun(db, ref, workerId);
  if (run) await runOpened(db, ref, run, opening);
}

/** The rest of a run that is open already, over its connection. Says how it ended. */
export async function runOpened(
  db: Db,
  ref: ContactRef,
  run: Run,
  opening: OpenConnection | Promise<OpenConnection>,
): Promise<RunResult> {
  const began = performance.now();
  const over = beginWork(run.syncId);
  const timeline = openTimeline();
  let rest = run;
  const sifted = async (): Promise<RunResult> => {
    const { run: remaining, left } = await sift(db, ref, run);
    rest = remaining;
    return left ? { kind: "left", left } : work(db, ref, remaining, timeline, await opening);
  };
  const result = await sifted().catch((error): RunResult => {
    const { reason } = stopReason(error);
    if (error instanceof LeaseLost) log.warn({ sync: run.syncId }, "sync.lease_lost");
    else if (reason === "internal") log.error({ err: error, sync: run.syncId }, "sync.failed");
    return { kind: "stopped", error };
  });
  await closeRun(db, ref, rest, { result, steps: timeline.steps, ms: performance.now() - began }).finally(
    over,
  );
  log.info(
    { sync: run.syncId, result: result.kind, ms: Math.round(performance.now() - began) },
    "sync.finished",
  );
  return result;
}

/** What deliveries and drift ask for together: the widest action, the latest role. */
export function joinWishes(
  { deliveries, drifts }: Pick<Run, "deliveries" | "drifts">,
  createOnEvent: boolean,
): Wish {
  const creates = (one: Run["deliveries"][number]) =>
    one.trigger === "event" ? createOnEvent : one.action === "add";
  return {
    mayCreate: deliveries.some(creates) || drifts.some((one) => one.creates),
    tagsOnly: drifts.length === 0 && deliveries.every((one) => one.action === "update_tags" && !creates(one)),
    role: deliveries.findLast((one) => one.params.role)?.params.role ?? null,
    sendNotification: deliveries.some((one) => one.params.sendNotification),
  };
}

async function work(
  db: Db,
  ref: ContactRef,
  run: Run,
  timeline: Timeline,
  open: OpenConnection,
): Promise<RunResult> {
  const contact = await load(open, ref, timeline);
  if ("skip" in contact)
    return { kind: "skipped", reason: contact.skip, detail: ref.contactRef, memberId: null };

  const wish = joinWishes(run, open.row.createOnEvent);
  const applied = await apply(db, open, contact, wish, run, timeline);
  if (applied.memberId === null)
    return { kind: "skipped", reason: "no_such_member", detail: null, memberId: null };

  const { memberId, changes } = applied;
  const summary = applied.changed ? summarize(changes) : "";
  const done = { memberId, changes, contact: { id: contact.id, email: contact.email } };
  try {
    const delivered = await errands(db, open, applied, run.syncId, timeline);
    if (!applied.changed && !delivered)
      return { kind: "skipped", reason: "no_change", detail: null, memberId };
    return { kind: "synced", detail: summary || delivered, ...done };
  } catch (error) {
    return { kind: "stopped", error, ...done };
  }
}

async function load(
  open: OpenConnection,
  ref: ContactRef,
  timeline: Timeline,
): Promise<Contact | { skip: "contact_deleted" | "contact_missing" }> {
  const email = ref.contactRef.startsWith("email:") ? ref.contactRef.slice("email:".length) : null;
  const loaded = await timeline.step(
    "loaded",
    "crm",
    async () => {
      const answer = await (email ? open.client.findByEmail(email) : open.load(ref.contactRef));
      if (answer.status === "failed") throw answer.error;
      return answer;
    },
    tellLoaded,
  );
  if (loaded.status === "found") return loaded.contact;
  return { skip: loaded.status === "deleted" ? "contact_deleted" : "contact_missing" };
}

function tellLoaded(loaded: Exclude<Loaded, { status: "failed" }>) {
  if (loaded.status === "deleted") return { status: "skipped" as const, reason: "contact_deleted" };
  if (loaded.status === "missing") return { status: "skipped" as const, reason: "contact_missing" };
  const { tags, fields } = loaded.contact;
  return {
    detail: `contact ${loaded.contact.id}, ${counted(tags.length, "tag", "tags")}, ${counted(Object.keys(fields).length, "field", "fields")}`,
  };
}

async function apply(
  db: Db,
  open: OpenConnection,
  contact: Contact,
  wish: Wish,
  run: Run,
  timeline: Timeline,
): Promise<Applied> {
  let view: ContactView | null = null;
  const applied = await timeline.step(
    "applied",
    "member",
    () => {
      view = readContact(contact, open.row);
      return applyContact(db, open.row, view, wish, run);
    },
    (result) => {
      if (result.memberId === null) return { status: "skipped", reason: "no_such_member" };
      return { detail: result.changed ? summarize(result.changes) : "nothing to change" };
    },
  );
  const refused = (view as ContactView | null)?.refusedRole;
  if (refused) timeline.note("role", "member", { status: "warn", reason: "role_refused", detail: refused });
  return applied;
}

function tellReturned(returned: Returned, field: string | null) {
  if (returned === "gone") return { status: "warn" as const, reason: "contact_missing" };
  if (!field) return { detail: "no field is chosen any more" };
  return { detail: `written to %${field.replaceAll("%", "").toUpperCase()}% and read back` };
}

/** What a new member is owed beyond the directory; says what was delivered, "" when nothing was owed. */
async function errands(
  db: Db,
  open: OpenConnection,
  { memberId, owed }: { memberId: string; owed: Owed },
  syncId: string,
  timeline: Timeline,
): Promise<string> {
  const said: string[] = [];
  if (owed.password) {
    const returned = await timeline.step(
      "password returned",
      "crm",
      () => returnPassword(db, open, memberId, syncId),
      (what) => tellReturned(what, open.row.returnPasswordField),
    );
    if (returned === "written") said.push("password returned");
  }
  if (owed.mail) {
    const mailed = await timeline.step(
      "welcome mail",
      "member",
      () => sendWelcomeMail(db, open.row.id, memberId, syncId),
      (sent) =>
        sent === "no_smtp"
          ? { status: "warn", reason: "smtp_missing" }
          : { detail: "handed to the mail server" },
    );
    if (mailed === "sent") said.push("mail sent");
  }
  return said.join(", ");
}
