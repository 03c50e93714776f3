"use client";

import { useState } from "react";
import { ApiFailure, api } from "../query/api.ts";
import { GateForm } from "../sign-in/gate-form.tsx";
import { FieldProblem } from "../ui/field-problem.ts";
import { Note } from "../ui/note.tsx";
import { TextField } from "../ui/text-field.tsx";

type State = { step: "choose" } | { step: "done" } | { step: "ended"; message: string };

/** A link that works no more is not a mistake in the form; its answer replaces the form. */
const isEnded = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure && (error.code === "not_found" || error.code === "conflict");

/** A member chooses a password; shows when the link was used, has expired or is unknown. */
export function SetPasswordForm({ token, email }: { token: string; email: string | null }) {
  const [state, setState] = useState<State>({ step: "choose" });
  const choose = async (text: (field: string) => string) => {
    const password = text("password");
    if (password !== text("again")) throw new FieldProblem("again", "The two passwords differ.");
    try {
      await api("/set-password", { method: "POST", body: { token, password } });
      setState({ step: "done" });
    } catch (error) {
      if (!isEnded(error)) throw error;
      setState({ step: "ended", message: error.message });
    }
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
    <GateForm action="Set the password" onSubmit={choose}>
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
    </GateForm>
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
