"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Connection, ConnectionPatch } from "#lib/api/connection-shapes.ts";
import { ReconcilePart } from "../reconcile/reconcile-part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { TestBox } from "../status/test-box.tsx";
import { Button } from "../ui/button.tsx";
import { SaveBar } from "../ui/save-bar.tsx";
import { connectionChecks } from "./connection-checks.ts";
import { ConnectionHead } from "./connection-head.tsx";
import {
  catalogQuery,
  connectionQuery,
  kindsQuery,
  patchConnection,
  testConnection,
} from "./connection-queries.ts";
import { consequenceOf, type Draft, draftOf, patchOf } from "./draft.ts";
import { EventPart } from "./event-part.tsx";
import { FieldPart } from "./field-part.tsx";
import { KeysBox } from "./keys-box.tsx";
import { ModeCards } from "./mode-cards.tsx";
import { PacingPart } from "./pacing-part.tsx";
import { Part } from "./part.tsx";
import { PartLinks } from "./part-links.tsx";
import { PasswordPart } from "./password-part.tsx";
import { RegistrationBox } from "./registration-box.tsx";

/** What a person does to a connection: each answer of the API becomes what the page shows. */
function useChanges(id: string) {
  const queries = useQueryClient();
  const keep = (saved: Connection) => {
    queries.setQueryData(connectionQuery(id).queryKey, saved);
    return queries.invalidateQueries({ queryKey: ["connections"], exact: true });
  };
  const saving = useMutation({
    mutationFn: (patch: ConnectionPatch) => patchConnection(id, patch),
    onSuccess: keep,
  });
  const testing = useMutation({
    mutationFn: () => testConnection(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["connections"] }),
  });
  return { keep, saving, testing };
}

/** The settings as a draft beside the last test; nothing happens before Save. */
export function ConnectionForm({ connection }: { connection: Connection }) {
  const { id, kindLabel: crm } = connection;
  const [changed, setChanged] = useState<Partial<Draft>>({});
  const draft: Draft = { ...draftOf(connection), ...changed };
  const change = (next: Partial<Draft>) => setChanged({ ...changed, ...next });
  const catalog = useQuery(catalogQuery(id));
  const kind = useQuery(kindsQuery()).data?.items.find((one) => one.kind === connection.kind);
  const { keep, saving, testing } = useChanges(id);
  const patch = patchOf(connection, draft);
  const consequence = consequenceOf(connection, draft);
  const blocked = useBlocked("owner") ?? consequence.blocked;
  const save = () => patch && saving.mutate(patch, { onSuccess: () => setChanged({}) });
  const webhookBroken = connection.lastTest?.checks.some(
    (one) => one.name === "webhook" && one.status === "failed",
  );
  const unregistered = connection.mode === "event" && (connection.webhookId === null || webhookBroken);
  return (
    <>
      <ConnectionHead connection={connection} testing={testing} onSaved={keep} />
      <PartLinks
        parts={[
          ["mode", "When it calls"],
          ...(draft.mode === "event" ? [["events", "Events"] as const] : []),
          ["fields", "Fields"],
          ["passwords", "New passwords"],
          ["pacing", "Pacing and floods"],
          ["missed", "Missed webhooks"],
        ]}
      />
      <div className="grid grid-cols-[minmax(0,1fr)_308px] items-start gap-10 max-xl:grid-cols-[minmax(0,1fr)_276px] max-xl:gap-6 max-lg:grid-cols-1">
        <div>
          <Part
            first
            id="mode"
            title={`When should ${crm} call?`}
            lead="Both ways can be changed at any time, and nothing already received is lost by changing."
          >
            <ModeCards
              crm={crm}
              saved={connection.mode}
              chosen={draft.mode}
              onChoose={(mode) => change({ mode })}
            />
          </Part>
          {draft.mode === "event" && (
            <EventPart crm={crm} kind={kind} lists={catalog.data?.lists} draft={draft} onChange={change} />
          )}
          <FieldPart
            crm={crm}
            catalog={catalog.data}
            catalogError={catalog.error}
            onRetryCatalog={catalog.refetch}
            fieldMap={draft.fieldMap}
            onChange={(fieldMap) => change({ fieldMap })}
          />
          <PasswordPart crm={crm} fields={catalog.data?.fields} draft={draft} onChange={change} />
          <PacingPart crm={crm} callsLeft={connection.callsLeft} draft={draft} onChange={change} />
          <ReconcilePart connection={connection} draft={draft} onChange={change} />
        </div>
        <aside className="grid gap-4 lg:sticky lg:top-16 lg:pt-5">
          <TestBox report={connection.lastTest} running={testing.isPending} titles={connectionChecks}>
            {unregistered && !patch && (
              <Button size="small" busy={saving.isPending} onClick={() => saving.mutate({ mode: "event" })}>
                Register the webhook again
              </Button>
            )}
          </TestBox>
          {connection.mode === "event" && <RegistrationBox connectionId={id} crm={crm} />}
          <KeysBox connectionId={id} />
        </aside>
      </div>
      {patch && (
        <SaveBar
          consequence={blocked ?? consequence.sentence}
          action={consequence.action}
          blocked={blocked}
          saving={saving.isPending}
          failure={saving.error?.message ?? null}
          onUndo={() => {
            saving.reset();
            setChanged({});
          }}
          onSave={save}
        />
      )}
    </>
  );
}
