"use client";

import { TextField } from "../ui/text-field.tsx";
import { GateForm } from "./gate-form.tsx";
import { signIn } from "./sign-in-calls.ts";

/** E-mail and password; afterwards the page that was asked for. */
export function SignInForm({ next }: { next: string }) {
  return (
    <GateForm
      action="Sign in"
      onSubmit={async (text) => {
        await signIn(text("email"), text("password"));
        window.location.assign(next);
      }}
      after={<p className="mt-1 text-small text-ink-3">After several wrong tries we wait a few minutes.</p>}
    >
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
    </GateForm>
  );
}
