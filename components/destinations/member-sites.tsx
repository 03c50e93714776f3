"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import type { MemberSite } from "#lib/api/push-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { NextTry, ShortWhen } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { showFailure } from "../ui/toast.tsx";
import { pushMember, unlinkMember } from "./destination-queries.ts";
import { causeOf, memberLook } from "./destination-words.ts";

/** Every destination that was to have a member: whether it does, under which id, and what is in the way. */
export function MemberSites({ member }: { member: Pick<MemberDetail, "id" | "email" | "sites"> }) {
  const [unlinking, setUnlinking] = useState<MemberSite | null>(null);
  return (
    <Box title="On your sites">
      {member.sites.length === 0 ? (
        <p className="border-t border-line-soft px-4 py-3 text-log text-ink-2">
          Not pushed anywhere.{" "}
          <Link href="/destinations" className="link">
            Destinations
          </Link>
        </p>
      ) : (
        <ul>
          {member.sites.map((site) => (
            <SiteRow
              key={site.destinationId}
              memberId={member.id}
              site={site}
              onUnlink={() => setUnlinking(site)}
            />
          ))}
        </ul>
      )}
      {unlinking && <Unlink member={member} site={unlinking} onClose={() => setUnlinking(null)} />}
    </Box>
  );
}

function SiteRow({ memberId, site, onUnlink }: { memberId: string; site: MemberSite; onUnlink: () => void }) {
  const queries = useQueryClient();
  const blocked = useBlocked("operator");
  const pushing = useMutation({
    mutationFn: () => pushMember(site.destinationId, memberId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["member", memberId] }),
    onError: (error) => showFailure("The member could not be pushed", error.message),
  });
  const { glyph, word } = memberLook(site);
  const isWrong = site.state !== "pushed" && site.state !== "waiting" && site.state !== "running";
  const there = site.externalId && site.kind === "wordpress" ? `WordPress user ${site.externalId}` : null;
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-x-2.5 border-t border-line-soft px-4 py-3 text-log [--glyph-ground:var(--raised)]">
      <Glyph name={glyph} className="mt-0.5" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <h3 className="text-body font-[520]">
          <Link href={`/destinations/${site.destinationId}`} className="tap hover:underline">
            {site.name}
          </Link>
        </h3>
        <p className="text-small text-ink-3">
          {there && `${there} · `}
          {there ? word.toLowerCase() : word}
          {site.nextAt && site.state === "failed" && (
            <>
              , <NextTry at={site.nextAt} />
            </>
          )}
        </p>
        {isWrong && site.sentence && (
          <p className="mt-0.5 text-small text-ink-2">
            {causeOf(site.sentence)}. {site.remedy}
          </p>
        )}
      </div>
      <span className="text-small text-ink-3">
        {site.pushedAt ? <ShortWhen at={site.pushedAt} /> : <span title="Never pushed">–</span>}
      </span>
      <div className="col-start-2 mt-1.5 flex flex-wrap gap-1.5">
        <Button
          size="small"
          busy={pushing.isPending || site.state === "running"}
          blocked={site.siteState === "active" ? blocked : `${site.name} is ${site.siteState}`}
          aria-label={`Push now to ${site.name}`}
          onClick={() => pushing.mutate()}
        >
          Push now
        </Button>
        <Button
          size="small"
          tone="quiet"
          blocked={blocked}
          aria-label={`Unlink from ${site.name}`}
          onClick={onUnlink}
        >
          Unlink
        </Button>
      </div>
    </li>
  );
}

function Unlink({
  member,
  site,
  onClose,
}: {
  member: Pick<MemberDetail, "id" | "email">;
  site: MemberSite;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const unlinking = useMutation({
    mutationFn: () => unlinkMember(site.destinationId, member.id),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["member", member.id] });
    },
  });
  return (
    <FormDialog
      title={`Unlink from ${site.name}`}
      lead={`${member.email} is taken off ${site.site} in the way its settings say. The member stays in Rollcall, and their next change pushes them there again.`}
      cancel="Keep it"
      action="Unlink the member"
      danger
      busy={unlinking.isPending}
      failed="Not unlinked."
      failure={unlinking.error}
      onClose={onClose}
      onSubmit={() => unlinking.mutate()}
    />
  );
}
