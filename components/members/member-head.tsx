"use client";

import type { UseMutationResult } from "@tanstack/react-query";
import { ExternalLink, RefreshCw } from "lucide-react";
import type { Delivery } from "#lib/api/delivery-shapes.ts";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import { Crumb, PageHead } from "../shell/page.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Pill } from "../ui/pill.tsx";
import { nameOf } from "./member-words.ts";

/** Who it is, whether the last update went well, and the one thing to do: read them from the CRM now. */
export function MemberHead({
  member,
  latest,
  refreshing,
}: {
  member: MemberDetail;
  latest: Delivery | undefined;
  refreshing: UseMutationResult<unknown, Error, void>;
}) {
  const name = nameOf(member);
  const blocked = useBlocked("operator");
  const link = member.links.find(({ url }) => url !== null);
  return (
    <>
      <Crumb href="/members" word="Members" here={name} />
      <PageHead
        title={name}
        beside={<MemberState latest={latest} />}
        lead={
          <p className="[overflow-wrap:anywhere]">
            {member.email} · login {member.login} · role {member.role} ·{" "}
            {member.hasPassword ? "has a password" : "no password yet"}
            {member.passwordWaiting && ", not yet in the CRM"} ·{" "}
            {member.syncedAt ? (
              <>
                last in step <ShortWhen at={member.syncedAt} />
              </>
            ) : (
              "not in step yet"
            )}
          </p>
        }
        actions={
          <>
            {link?.url && (
              <a href={link.url} target="_blank" rel="noreferrer" className={buttonClass()}>
                <ExternalLink size={15} strokeWidth={1.75} aria-hidden />
                Open in {link.kindLabel}
              </a>
            )}
            <Button
              tone="primary"
              busy={refreshing.isPending}
              blocked={blocked}
              glyph={<RefreshCw size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => refreshing.mutate()}
            >
              Refresh from CRM
            </Button>
          </>
        }
      />
    </>
  );
}

function MemberState({ latest }: { latest: Delivery | undefined }) {
  const status = latest?.status;
  if (status === "failed" || status === "dead") {
    return (
      <Pill tone="bad" glyph={<Glyph name={status} />}>
        Last update failed
      </Pill>
    );
  }
  if (status === "queued" || status === "running") {
    return (
      <Pill tone="go" glyph={<Glyph name={status} />}>
        Update under way
      </Pill>
    );
  }
  return null;
}
