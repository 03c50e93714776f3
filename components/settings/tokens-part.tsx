"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiToken, ApiTokenCreated } from "#lib/api/token-shapes.ts";
import { Part } from "../connections/part.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { counted } from "../time/durations.ts";
import { Ago } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { Note } from "../ui/note.tsx";
import { ShownOnce } from "../ui/shown-once.tsx";
import { CreateToken } from "./create-token.tsx";
import { revokeToken, tokensQuery } from "./settings-queries.ts";
import { TokenTable } from "./token-table.tsx";
import { tokenRows } from "./token-words.ts";

type Doing =
  | { what: "nothing" }
  | { what: "create" }
  | { what: "show"; created: ApiTokenCreated }
  | { what: "revoke"; token: ApiToken };

/** The API tokens of sites and scripts: what each may do, when it was used last, and the way to make and revoke one. */
export function TokensPart() {
  const blocked = useBlocked("owner");
  const [doing, setDoing] = useState<Doing>({ what: "nothing" });
  const [showEnded, setShowEnded] = useState(false);
  const tokens = useQuery({ ...tokensQuery(), enabled: blocked === null });
  const { current, ended } = tokenRows(tokens.data?.items ?? []);
  const rest = () => setDoing({ what: "nothing" });
  return (
    <Part
      title="API tokens"
      lead="What a site or a script sends to call Rollcall. The API docs show every call."
      action={
        <Button blocked={blocked} onClick={() => setDoing({ what: "create" })}>
          New token
        </Button>
      }
    >
      {tokens.error && (
        <Note tone="bad" role="alert">
          <b>The tokens could not be read.</b> {tokens.error.message}
        </Note>
      )}
      {tokens.data && current.length === 0 && <p className="text-small text-ink-3">No token is in use.</p>}
      <TokenTable
        tokens={showEnded ? [...current, ...ended] : current}
        onRevoke={(token) => setDoing({ what: "revoke", token })}
      />
      {ended.length > 0 && (
        <div>
          <Button
            tone="quiet"
            size="small"
            aria-expanded={showEnded}
            onClick={() => setShowEnded(!showEnded)}
          >
            {showEnded ? "Hide" : "Show"} {counted(ended.length, "token")} that no longer{" "}
            {ended.length === 1 ? "works" : "work"}
          </Button>
        </div>
      )}
      {doing.what === "create" && (
        <CreateToken onClose={rest} onCreated={(created) => setDoing({ what: "show", created })} />
      )}
      {doing.what === "show" && (
        <ShownOnce
          glyph={<Glyph name="synced" size={18} />}
          title={`Token “${doing.created.name}” is ready`}
          what="token"
          secret={doing.created.token}
          onClose={rest}
        />
      )}
      {doing.what === "revoke" && <RevokeToken token={doing.token} onClose={rest} />}
    </Part>
  );
}

function RevokeToken({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const queries = useQueryClient();
  const revoking = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["api-tokens"] });
    },
  });
  return (
    <FormDialog
      title={`Revoke “${token.name}”`}
      lead="Calls with this token are refused at once. This cannot be undone."
      cancel="Keep it"
      action="Revoke the token"
      danger
      busy={revoking.isPending}
      failed="Not revoked."
      failure={revoking.error}
      onClose={onClose}
      onSubmit={() => revoking.mutate()}
    >
      {token.lastUsedAt ? (
        <Note tone="wait">
          <b>It was used</b> <Ago at={token.lastUsedAt} />.
        </Note>
      ) : (
        <Note>Nobody has called with it.</Note>
      )}
    </FormDialog>
  );
}
