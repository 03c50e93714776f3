"use client";

import type { UseMutationResult } from "@tanstack/react-query";
import { Ellipsis, RefreshCw } from "lucide-react";
import { useState } from "react";
import type { Connection, TestReport } from "#lib/api/connection-shapes.ts";
import { useNavigation } from "../navigation/navigation.tsx";
import { Crumb, PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Ago } from "../time/moment.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Note } from "../ui/note.tsx";
import { AccountDialog } from "./account-dialog.tsx";
import { ConnectionState, hostOf } from "./connection-state.tsx";

/** The name of the account, whether it answers, and what can be done to it as a whole. */
export function ConnectionHead({
  connection,
  testing,
  onSaved,
}: {
  connection: Connection;
  testing: UseMutationResult<TestReport, Error, void>;
  onSaved: (connection: Connection) => void;
}) {
  const [editing, setEditing] = useState(false);
  const { go } = useNavigation();
  const { name, kindLabel, baseUrl, lastDeliveryAt, callsPerSecond } = connection;
  const mayEdit = useBlocked("owner") === null;
  return (
    <>
      <Crumb href="/connections" word="Connections" here={name} />
      <PageHead
        title={name}
        beside={<ConnectionState connection={connection} />}
        lead={
          <>
            {kindLabel} · {hostOf(baseUrl)} ·{" "}
            {lastDeliveryAt ? (
              <>
                last webhook <Ago at={lastDeliveryAt} />
              </>
            ) : (
              "no webhook yet"
            )}{" "}
            · {callsPerSecond} calls a second
          </>
        }
        actions={
          <>
            <Button
              busy={testing.isPending}
              blocked={useBlocked("operator")}
              glyph={<RefreshCw size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => testing.mutate()}
            >
              Test again
            </Button>
            <Menu
              trigger={
                <button
                  type="button"
                  aria-label="More"
                  className={`${buttonClass({ icon: true })} max-sm:flex-none!`}
                >
                  <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
                </button>
              }
            >
              <MenuItem disabled={!mayEdit} onSelect={() => setEditing(true)}>
                Name, address and API key
              </MenuItem>
              <MenuItem onSelect={() => go(`/webhooks?connection=${connection.id}`)}>
                Show its webhooks
              </MenuItem>
            </Menu>
          </>
        }
      />
      {testing.error && (
        <Note tone="bad" role="alert" className="mt-4">
          <b>The test did not run.</b> {testing.error.message}
        </Note>
      )}
      <AccountDialog connection={connection} open={editing} onOpenChange={setEditing} onSaved={onSaved} />
    </>
  );
}
