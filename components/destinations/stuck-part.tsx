"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import type { Target } from "#lib/api/push-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { count, counted } from "../time/durations.ts";
import { NextTry } from "../time/moment.tsx";
import { Box } from "../ui/box.tsx";
import { Button } from "../ui/button.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { useAnnounce } from "../ui/live.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { showFailure } from "../ui/toast.tsx";
import { pushMember, retryPushes, targetsQuery } from "./destination-queries.ts";
import { causeOf, memberLook, needingPerson } from "./destination-words.ts";
import { byCause } from "./stuck-causes.ts";

const wrong = ["dead", "refused", "partial", "failed"] as const;

/** Members whose push went wrong, one entry a cause, with the way to push them again. */
export function StuckPart({ destination }: { destination: Destination }) {
  const { id, health } = destination;
  const total = needingPerson(health) + health.backlog.failed;
  const queries = useQueryClient();
  const announce = useAnnounce();
  const mayNot = useBlocked("operator");
  const isActive = destination.state === "active";
  const blocked = isActive ? mayNot : `${destination.name} is ${destination.state}`;
  const found = useInfiniteQuery({ ...targetsQuery(id, wrong), enabled: total > 0 });
  const again = useMutation({
    mutationFn: async (members: readonly string[] | "all") => {
      if (members === "all") await retryPushes(id);
      else await Promise.all(members.map((member) => pushMember(id, member)));
    },
    onSuccess: () => {
      announce("They are pushed again now.");
      return queries.invalidateQueries({ queryKey: ["destinations", id] });
    },
    onError: (error) => showFailure("They could not be pushed again", error.message),
  });
  if (total === 0) return null;
  const causes = byCause(found.data?.pages.flatMap((page) => page.items) ?? []);
  const acts = { isActive, blocked, busy: again.isPending, onAgain: again.mutate };
  return (
    <Box
      title={
        <span className="flex flex-wrap items-baseline gap-x-3">
          Went wrong{" "}
          <span className="num whitespace-nowrap font-normal text-small text-ink-3">
            {counted(total, "member")}
          </span>
        </span>
      }
      aside={
        <Button
          size="small"
          busy={again.isPending}
          blocked={blocked}
          onClick={() => again.mutate("all")}
          glyph={<RotateCw size={14} strokeWidth={1.75} aria-hidden />}
        >
          {total === 1 ? "Push again" : `Push all ${count(total)} again`}
        </Button>
      }
    >
      {found.error && !found.data ? (
        <FailedState what="These members" error={found.error} onRetry={() => found.refetch()} />
      ) : found.data ? (
        <ul>
          {causes.map((cause) => (
            <Cause key={cause.key} members={cause.members} isOnly={causes.length === 1} {...acts} />
          ))}
        </ul>
      ) : (
        <SkeletonRows rows={2} label="Reading the members" />
      )}
      {found.hasNextPage && (
        <div className="border-t border-line-soft px-4 py-3">
          <Button size="small" busy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </Box>
  );
}

type Acts = {
  isActive: boolean;
  blocked: string | null;
  busy: boolean;
  onAgain: (members: readonly string[]) => void;
};

function Cause({
  members,
  isOnly,
  isActive,
  blocked,
  busy,
  onAgain,
}: Acts & {
  members: readonly Target[];
  /** Then the button of the whole box does the same. */
  isOnly: boolean;
}) {
  const [first] = members;
  if (!first) return null;
  const look = memberLook({ state: first.state, siteState: "active" });
  const words = causeOf(first.sentence ?? look.word);
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 border-t border-line p-4 [--glyph-ground:var(--raised)]">
      <Glyph name={look.glyph} className="mt-0.5" />
      <div className="min-w-0">
        <h3 className="text-[14px] leading-[1.4] font-[540] [overflow-wrap:anywhere]">{words}</h3>
        {first.remedy && <p className="mt-[3px] text-fine leading-normal text-ink-2">{first.remedy}</p>}
        <ul className="mt-2">
          {members.map((member) => (
            <li
              key={member.memberId}
              className="flex flex-wrap items-center gap-x-3 border-t border-line-soft py-1.5 text-log"
            >
              <span className="min-w-0 grow basis-56 [overflow-wrap:anywhere]">
                <Link
                  href={`/members/${member.memberId}`}
                  className="link max-sm:inline-flex max-sm:min-h-11 max-sm:items-center"
                >
                  {member.name || member.email}
                </Link>{" "}
                <span className="text-small text-ink-3">{member.name && member.email}</span>
              </span>
              <span className="num text-small text-ink-3">
                {memberLook({ state: member.state, siteState: "active" }).word.toLowerCase()},{" "}
                {isActive && member.nextAt ? (
                  <NextTry at={member.nextAt} />
                ) : (
                  counted(Math.max(1, member.attempts), "try", "tries")
                )}
              </span>
              <Button
                size="small"
                tone="quiet"
                busy={busy}
                blocked={blocked}
                aria-label={`Push ${member.name || member.email} again`}
                onClick={() => onAgain([member.memberId])}
              >
                Push again
              </Button>
            </li>
          ))}
        </ul>
        {members.length > 1 && !isOnly && (
          <Button
            size="small"
            className="mt-2"
            busy={busy}
            blocked={blocked}
            onClick={() => onAgain(members.map(({ memberId }) => memberId))}
          >
            Push these {count(members.length)} again
          </Button>
        )}
      </div>
    </li>
  );
}
