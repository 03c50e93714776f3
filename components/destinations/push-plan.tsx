"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Destination } from "#lib/api/destination-shapes.ts";
import type { Planned } from "#lib/api/push-shapes.ts";
import { hasChanges, MemberDiff } from "../changes/member-diff.tsx";
import { count, counted } from "../time/durations.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { Note } from "../ui/note.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { useTypedNumber } from "../ui/typed-number.tsx";
import { planQuery, pushEveryone } from "./destination-queries.ts";

/** Pages that are checked without being asked for; a very large directory goes on by hand. */
const pagesAtOnce = 10;
const shownAtOnce = 40;

/** The dry run of a push of everyone: counts, and per member what would be different. Nothing is sent before the button. */
export function PushPlan({ destination, onClose }: { destination: Destination; onClose: () => void }) {
  const queries = useQueryClient();
  const plan = useInfiniteQuery(planQuery(destination.id));
  const [shown, setShown] = useState(shownAtOnce);
  const { data, hasNextPage, isFetching, fetchNextPage } = plan;
  const pages = data?.pages ?? [];
  const goesOn = hasNextPage && !isFetching && pages.length % pagesAtOnce !== 0;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  const total = pages[0]?.total ?? 0;
  const typed = useTypedNumber(total);
  const starting = useMutation({
    mutationFn: () => pushEveryone(destination.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["destinations", destination.id] });
      onClose();
    },
  });
  const items = pages.flatMap((page) => page.items);
  const sum = (name: "checked" | "unchanged" | "leftOut") => pages.reduce((all, page) => all + page[name], 0);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Push everyone to ${destination.name} again`}
      lead="Found out without a call: this compares each member with what the site was told last."
      footer={
        <>
          <p className="grow text-small text-ink-3 max-sm:basis-full">
            Changed or not, each is pushed, behind everything else.
          </p>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            busy={starting.isPending}
            blocked={
              pages.length === 0
                ? "The plan is being made"
                : total === 0
                  ? "There are no members"
                  : typed.blocked
            }
            onClick={() => starting.mutate()}
          >
            {pages.length === 0 ? "Push everyone" : `Push all ${count(total)}`}
          </Button>
        </>
      }
    >
      {plan.error && pages.length === 0 ? (
        <FailedState what="The plan" error={plan.error} onRetry={() => plan.refetch()} />
      ) : pages.length === 0 ? (
        <div className="mt-4">
          <SkeletonRows rows={4} label="Reading the plan" />
        </div>
      ) : (
        <>
          <p role="status" className="num mt-5">
            <b className="font-[540]">
              {items.length === 0
                ? `Nothing would be different for ${sum("checked") === total ? "anybody" : `the first ${count(sum("checked"))}`}.`
                : `${counted(items.length, "member")} would be told something different.`}
            </b>{" "}
            <span className="text-ink-2">
              {count(sum("checked"))} of {count(total)} checked: {count(sum("unchanged"))} the same
              {sum("leftOut") > 0 && `, ${count(sum("leftOut"))} left out by the settings`}.
            </span>{" "}
            {hasNextPage && !isFetching && !goesOn && (
              <button type="button" className="link tap" onClick={() => fetchNextPage()}>
                Check more
              </button>
            )}
          </p>
          {typed.field && <div className="mt-4 max-w-60">{typed.field}</div>}
          {starting.error && (
            <Note tone="bad" role="alert" className="mt-4">
              <b>Not started.</b> {starting.error.message}
            </Note>
          )}
          {items.length > 0 && (
            <ul className="mt-4 border-b border-line-soft">
              {items.slice(0, shown).map((item) => (
                <PlanRow key={item.memberId} item={item} />
              ))}
            </ul>
          )}
          {items.length > shown && (
            <Button size="small" className="mt-3" onClick={() => setShown(shown + shownAtOnce)}>
              Show {count(Math.min(shownAtOnce, items.length - shown))} more
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}

const whats: Record<Planned["what"], string> = {
  new: "new there",
  changed: "different",
  removed: "goes, the settings leave them out now",
};
const becauses: Record<Planned["because"], string> = {
  member: "",
  settings: ", because the settings changed",
  left_over: ", the site could not take everything last time",
};

function PlanRow({ item }: { item: Planned }) {
  return (
    <li className="border-t border-line-soft py-2.5">
      <p className="text-log [overflow-wrap:anywhere]">
        <b className="font-medium">{item.name || item.email}</b>{" "}
        <span className="text-ink-3">
          {item.name && `${item.email} · `}
          {whats[item.what]}
          {becauses[item.because]}
        </span>
      </p>
      {item.what !== "removed" && hasChanges(item.changes) && (
        <div className="mt-1.5">
          <MemberDiff changes={item.changes} />
        </div>
      )}
      {item.events.length > 0 && (
        <p className="mt-1 text-small text-ink-3">
          posts <code className="text-[12px]">{item.events.join(", ")}</code>
        </p>
      )}
    </li>
  );
}
