import { count } from "../time/durations.ts";

const tables: Record<string, [one: string, many: string]> = {
  deliveries: ["webhook emptied", "webhooks emptied"],
  outcomes: ["entry of the log", "entries of the log"],
  syncs: ["run", "runs"],
  members: ["member", "members"],
  member_contacts: ["link to a contact", "links to contacts"],
  member_changes: ["change in the history", "changes in the history"],
  push_targets: ["record of what a site knows", "records of what sites know"],
  pushes: ["push to a site", "pushes to sites"],
  pending_passwords: ["password on its way", "passwords on their way"],
  pending_mails: ["mail on its way", "mails on their way"],
  password_links: ["password link", "password links"],
  audit_log: ["audit entry", "audit entries"],
  alerts: ["alert", "alerts"],
  alert_sends: ["sent alert", "sent alerts"],
  drifts: ["found difference", "found differences"],
  retries: ["bulk retry", "bulk retries"],
  write_traces: ["trace of a write", "traces of writes"],
  loop_guards: ["loop guard", "loop guards"],
};

/** "3 webhooks emptied", "1 member"; a table that has no word here says its name. */
export function erasedWords(counts: Record<string, number>): string[] {
  return Object.entries(counts)
    .filter(([, rows]) => rows > 0)
    .map(([table, rows]) => {
      const plain = table.replaceAll("_", " ");
      const [one, many] = tables[table] ?? [`row of ${plain}`, `rows of ${plain}`];
      return `${count(rows)} ${rows === 1 ? one : many}`;
    });
}
