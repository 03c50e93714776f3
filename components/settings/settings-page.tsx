"use client";

import { useQuery } from "@tanstack/react-query";
import type { Retention } from "#lib/api/retention-shapes.ts";
import { OwnPasswordBox } from "../people/own-password-box.tsx";
import { PeoplePart } from "../people/people-part.tsx";
import { PageHead } from "../shell/page.tsx";
import { CleanUpBox } from "./clean-up-box.tsx";
import { ErasePart } from "./erase-part.tsx";
import { RetentionPart, RetentionSaveBar } from "./retention-part.tsx";
import { retentionQuery } from "./settings-queries.ts";
import { TokensPart } from "./tokens-part.tsx";
import { useRetentionDraft } from "./use-retention-draft.ts";

/** Settings of the whole installation: how long things are kept, people, API tokens, and erasing a person. */
export function SettingsPage({ initial }: { initial: Retention }) {
  const { data } = useQuery({ ...retentionQuery(), initialData: initial });
  const draft = useRetentionDraft(data);
  return (
    <>
      <PageHead title="Settings" lead="For all connections and everyone who signs in here." />
      <div className="mt-4 grid grid-cols-[minmax(0,1fr)_308px] items-start gap-10 max-xl:grid-cols-[minmax(0,1fr)_276px] max-xl:gap-6 max-lg:grid-cols-1">
        <div className="min-w-0">
          <RetentionPart retention={data} draft={draft} />
          <PeoplePart />
          <TokensPart />
          <ErasePart />
        </div>
        <aside className="grid gap-4 lg:sticky lg:top-6">
          <CleanUpBox retention={data} />
          <OwnPasswordBox />
        </aside>
      </div>
      <RetentionSaveBar draft={draft} />
    </>
  );
}
