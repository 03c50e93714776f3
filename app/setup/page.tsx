import type { Metadata } from "next";
import { SetupForm } from "#components/setup/setup-form.tsx";
import { Gate } from "#components/sign-in/gate.tsx";
import { requireNoSession } from "#lib/auth/require-session.ts";

export const metadata: Metadata = { title: "Set up" };

export default async function SetupPage() {
  await requireNoSession("/setup");
  return (
    <Gate
      title="Set up Rollcall"
      lead="You become its first owner. Everything else follows in the console."
      door={false}
    >
      <SetupForm />
    </Gate>
  );
}
