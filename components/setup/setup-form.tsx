"use client";

import { type FormEvent, useState } from "react";
import { api } from "../query/api.ts";
import { signIn } from "../sign-in/sign-in-calls.ts";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";

/** Makes the first owner for who holds the code, and signs them in. */
export function SetupForm() {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const owner = {
      code: text("code"),
      name: text("name"),
      email: text("email"),
      password: text("password"),
    };
    setBusy(true);
    setFailure(null);
    try {
      await api("/setup", { method: "POST", body: owner });
      await signIn(owner.email, owner.password);
      window.location.assign("/");
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <TextField
        label="Set-up code"
        name="code"
        size="large"
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        required
        autoFocus
        placeholder="XXXX-XXXX"
        hint="Rollcall printed it when it started. It proves that this server is yours."
        className="font-mono"
      />
      <TextField label="Your name" name="name" size="large" autoComplete="name" maxLength={80} required />
      <TextField label="E-mail" name="email" type="email" size="large" autoComplete="username" required />
      <TextField
        label="Password"
        name="password"
        type="password"
        size="large"
        autoComplete="new-password"
        minLength={10}
        required
        hint="At least 10 characters."
      />
      {failure && (
        <Note tone="bad" role="alert">
          {failure}
        </Note>
      )}
      <Button type="submit" tone="primary" busy={busy} className="mt-1.5 h-11! w-full text-[15px]!">
        Set up and sign in
      </Button>
    </form>
  );
}
