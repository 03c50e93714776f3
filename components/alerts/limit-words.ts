import type { AlertLimit } from "#lib/api/alert-shapes.ts";

type Name = AlertLimit["name"];

/** What each limit is about, and in what it is counted. */
export const limitWords: Record<Name, { title: string; note: string; unit: string }> = {
  workLateMinutes: {
    title: "Work waits too long",
    note: "Told once the oldest webhook that could run has waited this long.",
    unit: "minutes",
  },
  gaveUpCount: {
    title: "Webhooks or pushes gave up",
    note: "Told once this many did within a day for the same cause.",
    unit: "of a cause",
  },
  silenceMinutes: {
    title: "Silence",
    note: "Told once it is longer than usual for the connection, and at least this long.",
    unit: "minutes",
  },
  passwordLateMinutes: {
    title: "Password not in the CRM",
    note: "Told once a new password has been on its way this long.",
    unit: "minutes",
  },
};

/** The number that was typed; null for what is none, or not between the least and the most. */
export function readLimit(text: string, { least, most }: AlertLimit): number | null {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}
