"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PersonWithLink } from "#lib/api/person-shapes.ts";
import { Part } from "../connections/part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { InvitePerson } from "./invite-person.tsx";
import { NewLink } from "./new-link.tsx";
import { peopleQuery } from "./people-queries.ts";
import { type PersonAct, PersonTable } from "./person-table.tsx";
import { ReadyLink } from "./ready-link.tsx";
import { RemovePerson } from "./remove-person.tsx";
import { SignOutPerson } from "./sign-out-person.tsx";
import { StepDown } from "./step-down.tsx";

type Doing = { what: "nothing" } | { what: "invite" } | { what: "show"; made: PersonWithLink } | PersonAct;

/** Who signs in to the console: what each may do, when they came last, and the ways to invite and remove them. */
export function PeoplePart() {
  const blocked = useBlocked("owner");
  const [doing, setDoing] = useState<Doing>({ what: "nothing" });
  const people = useQuery({ ...peopleQuery(), enabled: blocked === null });
  const rest = () => setDoing({ what: "nothing" });
  const show = (made: PersonWithLink) => setDoing({ what: "show", made });
  return (
    <Part
      id="people"
      title="People"
      lead="Who signs in to this console, and what each may do there."
      action={
        <Button blocked={blocked} onClick={() => setDoing({ what: "invite" })}>
          Invite
        </Button>
      }
    >
      {people.error && (
        <Note tone="bad" role="alert">
          <b>The people could not be read.</b> {people.error.message}
        </Note>
      )}
      {blocked === null && people.isPending && <SkeletonRows rows={2} label="Reading people" />}
      {people.data?.items.length === 0 && <p className="text-small text-ink-3">Nobody signs in here yet.</p>}
      <PersonTable people={people.data?.items ?? []} onAct={setDoing} />
      {doing.what === "invite" && <InvitePerson onClose={rest} onInvited={show} />}
      {doing.what === "show" && <ReadyLink made={doing.made} onClose={rest} />}
      {doing.what === "link" && <NewLink person={doing.person} onClose={rest} onMade={show} />}
      {doing.what === "signOut" && <SignOutPerson person={doing.person} onClose={rest} />}
      {doing.what === "stepDown" && <StepDown person={doing.person} role={doing.role} onClose={rest} />}
      {doing.what === "remove" && <RemovePerson person={doing.person} onClose={rest} />}
    </Part>
  );
}
