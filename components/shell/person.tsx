"use client";

import { createContext, type ReactNode, useContext } from "react";

export type Person = { name: string; email: string; role: string };

const rank: Record<string, number> = { viewer: 0, operator: 1, owner: 2 };

const PersonContext = createContext<Person>({ name: "", email: "", role: "viewer" });

/** Tells every page who is signed in. */
export function PersonProvider({ person, children }: { person: Person; children: ReactNode }) {
  return <PersonContext value={person}>{children}</PersonContext>;
}

/** Who is signed in. */
export const usePerson = (): Person => useContext(PersonContext);

/** Null when the person may do what needs this role; otherwise the sentence that says who may. */
export function useBlocked(needed: "operator" | "owner"): string | null {
  const { role } = useContext(PersonContext);
  if ((rank[role] ?? 0) >= (rank[needed] ?? 0)) return null;
  return needed === "owner" ? "Only an owner can do this" : "Only an operator or an owner can do this";
}
