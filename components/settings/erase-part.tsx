"use client";

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Erasure } from "#lib/api/erasure-shapes.ts";
import { Part } from "../connections/part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/text-field.tsx";
import { ErasePerson } from "./erase-person.tsx";
import { erasedWords } from "./erase-words.ts";
import { ErasedSites } from "./erased-sites.tsx";
import { erasuresQuery } from "./settings-queries.ts";

/** Erasing one person by address, and what was erased before, without saying of whom. */
export function ErasePart() {
  const blocked = useBlocked("owner");
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState<string | null>(null);
  const past = useQuery({ ...erasuresQuery(), enabled: blocked === null });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (blocked === null && email.includes("@")) setAsked(email.trim());
  };
  return (
    <Part
      title="Erase a person"
      lead="When somebody asks to be forgotten: the member, their history, every webhook that holds their address, and notes about them go. The log keeps that something came, not from whom."
    >
      <form onSubmit={submit} className="flex items-end gap-2.5 max-sm:flex-col max-sm:items-stretch">
        <div className="w-full max-w-[360px] max-sm:max-w-none">
          <TextField
            label="E-mail address"
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          className="h-9! max-sm:h-11!"
          blocked={blocked ?? (email.includes("@") ? null : "Enter an e-mail address")}
        >
          Look up
        </Button>
      </form>
      {past.data && past.data.items.length > 0 && <Past items={past.data.items} />}
      {asked !== null && (
        <ErasePerson
          subject={{ email: asked }}
          onClose={() => setAsked(null)}
          onErased={() => setEmail("")}
        />
      )}
    </Part>
  );
}

const stateWords = { queued: "Waits for a worker", running: "Under way", done: "Done" };

function Past({ items }: { items: Erasure[] }) {
  return (
    <section className="mt-2">
      <h3 className="text-body">Erased before</h3>
      <ul className="mt-1.5 text-fine">
        {items.map((one) => (
          <li
            key={one.id}
            className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-3 border-t border-line-soft py-2 last:border-b"
          >
            <ShortWhen at={one.createdAt} className="whitespace-nowrap" />
            <span className="text-ink-2">
              {one.state === "done"
                ? erasedWords(one.counts).join(", ") || "Nothing was left to erase"
                : stateWords[one.state]}
              <span className="block text-small [overflow-wrap:anywhere] text-ink-3">by {one.actor}</span>
              <ErasedSites sites={one.sites.filter(({ remedy }) => remedy !== null)} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
