"use client";

import { type FormEvent, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";
import { signIn } from "./sign-in-calls.ts";

/** E-mail and password; afterwards the page that was asked for. */
export function SignInForm({ next }: { next: string }) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFailure(null);
    try {
      await signIn(String(form.get("email")), String(form.get("password")));
      window.location.assign(next);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <TextField
        label="E-mail"
        name="email"
        type="email"
        size="large"
        autoComplete="username"
        required
        autoFocus
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        size="large"
        autoComplete="current-password"
        required
      />
      {failure && (
        <Note tone="bad" role="alert">
          {failure}
        </Note>
      )}
      <Button type="submit" tone="primary" busy={busy} className="mt-1.5 h-11! w-full text-[15px]!">
        Sign in
      </Button>
      <p className="mt-1 text-small text-ink-3">After several wrong tries we wait a few minutes.</p>
    </form>
  );
}
