"use client";

import { ApiFailure, api } from "../query/api.ts";
import { GateForm } from "../sign-in/gate-form.tsx";
import { signIn } from "../sign-in/sign-in-calls.ts";
import { FieldProblem } from "../ui/field-problem.ts";
import { TextField } from "../ui/text-field.tsx";

/** Makes the first owner for who holds the code, and signs them in. */
export function SetupForm() {
  const setUp = async (text: (field: string) => string) => {
    const owner = {
      code: text("code"),
      name: text("name"),
      email: text("email"),
      password: text("password"),
    };
    await api("/setup", { method: "POST", body: owner }).catch((error: unknown) => {
      if (error instanceof ApiFailure && error.code === "forbidden")
        throw new FieldProblem("code", error.message);
      throw error;
    });
    await signIn(owner.email, owner.password);
    window.location.assign("/");
  };
  return (
    <GateForm action="Set up and sign in" onSubmit={setUp}>
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
    </GateForm>
  );
}
