import type { Role } from "#lib/api/person-shapes.ts";

/** The roles from least to most: what each may do beside those before it, and told on its own to who has it. */
export const roleChoices: readonly { role: Role; word: string; note: string; alone: string }[] = [
  {
    role: "viewer",
    word: "Viewer",
    note: "Sees everything, changes nothing.",
    alone: "As a viewer you see everything and change nothing.",
  },
  {
    role: "operator",
    word: "Operator",
    note: "Also retries, tests, and makes access keys.",
    alone: "As an operator you see everything, retry, test, and make access keys.",
  },
  {
    role: "owner",
    word: "Owner",
    note: "Also changes connections, destinations, settings and people.",
    alone: "As an owner you see and change everything.",
  },
];

/** The roles for a list to choose from. */
export const roleItems = roleChoices.map(({ role, word }) => ({ value: role, label: word }));

/** A role that a list hands back as text. */
export const isRole = (text: string): text is Role => roleChoices.some(({ role }) => role === text);
