"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { AccessKey, AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { CreateKey } from "./create-key.tsx";
import { EditKey } from "./edit-key.tsx";
import { keysQuery } from "./key-queries.ts";
import { KeyResult } from "./key-result.tsx";
import { KeyTable } from "./key-table.tsx";
import { keyRows } from "./key-words.ts";
import { RevokeKey } from "./revoke-key.tsx";
import { RotateKey } from "./rotate-key.tsx";

type Doing =
  | { what: "nothing" }
  | { what: "create" }
  | { what: "edit" | "rotate" | "revoke"; key: AccessKey }
  | { what: "show"; created: AccessKeyCreated };

const nothing: Doing = { what: "nothing" };

/** Every access key, what it may ask for, how much it is used, and the way to make, rotate and revoke one. */
export function KeyPage({
  initial,
  newFor,
  existing = false,
}: {
  initial: { items: AccessKey[]; nextCursor: string | null };
  newFor: string | null;
  /** Opens with the field for a key that exists already. */
  existing?: boolean;
}) {
  const [doing, setDoing] = useState<Doing>(newFor !== null || existing ? { what: "create" } : nothing);
  const [bringing, setBringing] = useState(existing);
  const { data } = useQuery({ ...keysQuery(), initialData: initial });
  const blocked = useBlocked("operator");
  const rest = () => {
    setDoing(nothing);
    setBringing(false);
    // A reload shows the page, not the dialog again.
    if (newFor !== null || existing) window.history.replaceState(null, "", "/access-keys");
  };
  const show = (created: AccessKeyCreated) => setDoing({ what: "show", created });
  const add = (
    <Button
      tone="primary"
      blocked={blocked}
      glyph={<Plus size={15} strokeWidth={1.75} aria-hidden />}
      onClick={() => setDoing({ what: "create" })}
    >
      New key
    </Button>
  );
  const none = data.items.length === 0;
  const rows = keyRows(data.items);
  return (
    <>
      <PageHead
        title="Access keys"
        lead={
          <p className="max-w-[64ch]">
            A key is the secret inside a webhook URL. Give each automation or site its own, so you can see who
            calls and turn off one without the others.
          </p>
        }
        actions={none ? undefined : add}
      />
      <Box className="mt-6">
        {none ? (
          <EmptyState title="No key yet" action={add}>
            Make one, and Rollcall shows the URLs to paste into your automations.
          </EmptyState>
        ) : (
          <KeyTable rows={rows} onDo={(what, key) => setDoing({ what, key })} />
        )}
      </Box>
      {data.items.some((key) => key.weak) && (
        <p className="mt-3 max-w-[72ch] text-small text-ink-3">
          “Weak” means a short key carried over from a plug-in. It works, slower for each address, so that
          nobody can guess it. Replace it when you next edit the automation.
        </p>
      )}
      <CreateKey
        open={doing.what === "create"}
        connectionId={newFor}
        existing={bringing}
        onClose={rest}
        onCreated={show}
      />
      {doing.what === "edit" && <EditKey accessKey={doing.key} onClose={rest} />}
      {doing.what === "rotate" && <RotateKey accessKey={doing.key} onClose={rest} onRotated={show} />}
      {doing.what === "revoke" && <RevokeKey accessKey={doing.key} onClose={rest} />}
      {doing.what === "show" && <KeyResult created={doing.created} onClose={rest} />}
    </>
  );
}
