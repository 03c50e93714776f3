"use client";

import { type FormEvent, useState } from "react";
import { ApiFailure, api } from "../query/api.ts";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";

type State =
  | { step: "choose"; failure: string | null }
  | { step: "done" }
  | { step: "ended"; message: string };

/** A link that works no more is not a mistake in the form; its answer replaces the form. */
const isEnded = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure && (error.code === "not_found" || error.code === "conflict");

/** A member chooses a password; shows when the link was used, has expired or is unknown. */
export function SetPasswordForm({ token, email }: { token: string; email: string | null }) {
  const [busy, setBusy] = useState(false);
  const [state, setState] = useState<State>({ step: "choose", failure: null });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    if (password !== form.get("again"))
      return setState({ step: "choose", failure: "The two passwords differ." });
    setBusy(true);
    try {
      await api("/set-password", { method: "POST", body: { token, password } });
      setState({ step: "done" });
    } catch (error) {
      if (isEnded(error)) setState({ step: "ended", message: error.message });
      else setState({ step: "choose", failure: error instanceof Error ? error.message : String(error) });
    }
    setBusy(false);
  };
  if (state.step === "done") {
    return (
      <Note tone="go" role="status">
        <b>Your password is set.</b> You can close this page and sign in where you are a member.
      </Note>
    );
  }
  if (state.step === "ended") return <EndedLink message={state.message} />;
  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      {email && <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />}
      <TextField
        label="New password"
        name="password"
        type="password"
        size="large"
        autoComplete="new-password"
        minLength={10}
        required
        autoFocus
        hint="At least 10 characters. A few unrelated words are easy to keep in mind."
      />
      <TextField
        label="The same again"
        name="again"
        type="password"
        size="large"
        autoComplete="new-password"
        required
      />
      {state.failure && (
        <Note tone="bad" role="alert">
          {state.failure}
        </Note>
      )}
      <Button type="submit" tone="primary" busy={busy} className="mt-1.5 h-11! w-full text-[15px]!">
        Set the password
      </Button>
    </form>
  );
}

/** What a link that works no more says. */
export function EndedLink({ message }: { message: string }) {
  return (
    <Note tone="wait" role="status">
      <b>This link works no more.</b> {message}
    </Note>
  );
}
