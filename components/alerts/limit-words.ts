import type { AlertLimit } from "#lib/api/alert-shapes.ts";

type Name = AlertLimit["name"];

/** What each limit is about, and in what it is counted. */
export const limitWords: Record<Name, { title: string; note: string; unit: string }> = {
  workLateMinutes: {
    title: "Work waits",
    note: "The oldest webhook that could run has waited so long.",
    unit: "minutes",
  },
  gaveUpCount: {
    title: "Webhooks or pushes gave up",
    note: "So many within a day, for one cause.",
    unit: "of one cause",
  },
  silenceMinutes: {
    title: "Silence",
    note: "It is longer than usual for the connection, and so long at least.",
    unit: "minutes",
  },
  passwordLateMinutes: {
    title: "Password not in the CRM",
    note: "A new password has been on its way so long.",
    unit: "minutes",
  },
};

/** The number that was typed; null for what is none, or not between the least and the most. */
export function readLimit(text: string, { least, most }: AlertLimit): number | null {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}
