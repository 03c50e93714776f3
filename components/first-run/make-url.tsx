"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { createKey, keysQuery } from "../keys/key-queries.ts";
import { useBlocked } from "../shell/person.tsx";
import { Button } from "../ui/button.tsx";
import { Note } from "../ui/note.tsx";

/** Makes a key that may only update, so that its URL can be tried without harm. */
export function MakeUrl({
  connectionId,
  onCreated,
}: {
  connectionId: string;
  onCreated: (created: AccessKeyCreated) => void;
}) {
  const queries = useQueryClient();
  const blocked = useBlocked("operator");
  const earlier = useQuery(keysQuery(connectionId)).data?.items.find(
    (key) => key.purpose === "automation" && key.state === "active",
  );
  const making = useMutation({
    mutationFn: () =>
      createKey({ connectionId, name: "First webhook", actions: ["update", "update_tags"], roles: [] }),
    onSuccess: (created) => {
      onCreated(created);
      return queries.invalidateQueries({ queryKey: ["access-keys"] });
    },
  });
  return (
    <div className="grid justify-items-start gap-3">
      {earlier && (
        <p className="text-small text-ink-3">
          There is a key already, “{earlier.name}”. Its URLs were shown when it was made; if you have one, use
          it.
        </p>
      )}
      <Button tone="primary" busy={making.isPending} blocked={blocked} onClick={() => making.mutate()}>
        {earlier ? "Make another URL" : "Make the URL"}
      </Button>
      {making.error && (
        <Note tone="bad" role="alert">
          <b>No URL was made.</b> {making.error.message}
        </Note>
      )}
    </div>
  );
}
