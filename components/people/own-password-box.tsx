"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { usePerson } from "../shell/person.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { TextField } from "../ui/text-field.tsx";
import { changePassword } from "./people-queries.ts";

/** The way to another password, for everyone who is signed in. */
export function OwnPasswordBox() {
  const { email } = usePerson();
  const [asking, setAsking] = useState(false);
  const [changed, setChanged] = useState(false);
  const done = () => {
    setAsking(false);
    setChanged(true);
  };
  return (
    <Box
      title="Your password"
      aside={
        <Button size="small" onClick={() => setAsking(true)}>
          Change
        </Button>
      }
    >
      <p className="border-t border-line-soft px-4 py-3 text-small [overflow-wrap:anywhere] text-ink-2">
        You sign in as {email}.
      </p>
      <p role="status" className="px-4 text-small text-ink-2 not-empty:pb-3">
        {changed && "It is changed. Other browsers you were signed in with are signed out."}
      </p>
      {asking && <ChangePassword email={email} onClose={() => setAsking(false)} onChanged={done} />}
    </Box>
  );
}

function ChangePassword({
  email,
  onClose,
  onChanged,
}: {
  email: string;
  onClose: () => void;
  onChanged: () => void;
}) {
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) => changePassword(current, next),
    onSuccess: () => {
      onChanged();
      // What was read meanwhile was asked for by the session that has just ended.
      return queries.invalidateQueries();
    },
  });
  return (
    <FormDialog
      title="Change your password"
      lead="You stay signed in here, and are signed out everywhere else."
      action="Change the password"
      busy={changing.isPending}
      failed="Not changed."
      failure={changing.error}
      onClose={onClose}
      onSubmit={(form) =>
        changing.mutate({ current: String(form.get("current")), next: String(form.get("next")) })
      }
    >
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <TextField
        label="Your password now"
        name="current"
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        required
      />
      <TextField
        label="New password"
        name="next"
        type="password"
        autoComplete="new-password"
        minLength={10}
        maxLength={1024}
        required
        hint="At least 10 characters."
      />
    </FormDialog>
  );
}
