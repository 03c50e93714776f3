"use client";

import { useState } from "react";
import { ApiFailure, api } from "../query/api.ts";
import { GateForm } from "../sign-in/gate-form.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";

/** A link that works no more is not a mistake in the form; its answer replaces the form. */
const isEnded = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure && (error.code === "not_found" || error.code === "conflict");

/** An invited person, or one who forgot theirs, chooses a password and is signed in. */
export function InviteForm({ code, email }: { code: string; email: string }) {
  const [ended, setEnded] = useState<string | null>(null);
  const choose = async (text: (field: string) => string) => {
    try {
      await api("/invite", { method: "POST", body: { code, password: text("password") } });
      window.location.assign("/");
    } catch (error) {
      if (!isEnded(error)) throw error;
      setEnded(error.message);
    }
  };
  if (ended !== null) return <EndedInvite message={ended} />;
  return (
    <GateForm action="Set the password and sign in" onSubmit={choose}>
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label="Password"
        name="password"
        type="password"
        size="large"
        autoComplete="new-password"
        minLength={10}
        maxLength={1024}
        required
        autoFocus
        hint="At least 10 characters. A few unrelated words are easy to keep in mind."
      />
    </GateForm>
  );
}

/** What a link that works no more says, with the way in for who has a password. */
export function EndedInvite({ message }: { message: string }) {
  return (
    <>
      <Note tone="wait" role="status">
        <b>This link works no more.</b> {message}
      </Note>
      <ButtonLink href="/sign-in" className="mt-5 h-11! w-full text-[15px]!">
        Go to the sign-in page
      </ButtonLink>
    </>
  );
}
