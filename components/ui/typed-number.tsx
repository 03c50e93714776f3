"use client";

import { type ReactNode, useState } from "react";
import { count } from "../time/durations.ts";
import { TextField } from "./text-field.tsx";

const typedAbove = 1000;

/** Has a number over 1,000 typed before it counts: the field to draw, and why the button is blocked until then. */
export function useTypedNumber(total: number): { field: ReactNode; blocked: string | null } {
  const [typed, setTyped] = useState("");
  if (total <= typedAbove) return { field: null, blocked: null };
  const right = typed.replaceAll(/[,.\s]/g, "") === String(total);
  return {
    blocked: right ? null : `Type ${count(total)} to go on`,
    field: (
      <TextField
        label={`Type ${count(total)} to confirm`}
        inputMode="numeric"
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    ),
  };
}
