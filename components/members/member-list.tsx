"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { parseAsString, throttle, useQueryStates } from "nuqs";
import { PageHead } from "../shell/page.tsx";
import { Box } from "../ui/box.tsx";
import { Button, ButtonLink } from "../ui/button.tsx";
import { EmptyState, FailedState } from "../ui/empty-state.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { fieldFrame, fieldInput } from "../ui/text-field.tsx";
import { membersQuery } from "./member-queries.ts";
import { MemberTable } from "./member-table.tsx";

const inUrl = {
  q: parseAsString.withDefault("").withOptions({ limitUrlUpdates: throttle(250) }),
  tag: parseAsString.withDefault(""),
};

/** The directory: everyone that Rollcall keeps in step, with search and tag in the address. */
export function MemberList() {
  const [filter, setFilter] = useQueryStates(inUrl);
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage, isPlaceholderData } =
    useInfiniteQuery(membersQuery(filter));
  const members = data?.pages.flatMap((page) => page.items);
  const filtered = filter.q !== "" || filter.tag !== "";
  return (
    <>
      <PageHead title="Members" lead="Everyone that Rollcall keeps in step with your CRM, newest first." />
      <search className="mt-5 flex flex-wrap items-center gap-2">
        <div className={`${fieldFrame} h-[38px] w-full max-w-105 max-sm:h-[46px]`}>
          <Search size={16} strokeWidth={1.75} aria-hidden />
          <input
            type="text"
            aria-label="Search members"
            placeholder="E-mail, login or name, from its beginning"
            value={filter.q}
            onChange={(event) => setFilter({ q: event.target.value })}
            className={fieldInput}
            spellCheck={false}
            autoComplete="off"
          />
        </div>
        {filter.tag && (
          <span className="inline-flex h-[26px] items-center gap-1.5 rounded-[5px] bg-accent-soft pr-0.5 pl-[9px] text-small text-accent max-sm:h-9">
            tag: <b className="font-[540]">{filter.tag}</b>
            <button
              type="button"
              aria-label={`Remove the filter tag ${filter.tag}`}
              onClick={() => setFilter({ tag: "" })}
              className="grid h-[22px] w-5 place-items-center rounded-chip max-sm:size-9"
            >
              <X size={13} strokeWidth={1.75} aria-hidden />
            </button>
          </span>
        )}
      </search>
      <Box className="mt-3">
        {error && !members ? (
          <FailedState what="The members" error={error} onRetry={refetch} />
        ) : !members ? (
          <SkeletonRows rows={8} label="Reading the members" />
        ) : members.length > 0 ? (
          <div aria-busy={isPlaceholderData}>
            <MemberTable members={members} onTag={(tag) => setFilter({ tag })} />
          </div>
        ) : filtered ? (
          <EmptyState
            title="Nobody matches"
            action={<Button onClick={() => setFilter({ q: "", tag: "" })}>Remove the filters</Button>}
          >
            {filter.q !== "" && filter.tag !== ""
              ? `No member that begins with “${filter.q}” has the tag “${filter.tag}”.`
              : filter.tag !== ""
                ? `No member has the tag “${filter.tag}”.`
                : `No e-mail address, login or name begins with “${filter.q}”.`}
          </EmptyState>
        ) : (
          <EmptyState title="No members yet" action={<ButtonLink href="/access-keys">Make a URL</ButtonLink>}>
            The first “add” webhook makes the first member.
          </EmptyState>
        )}
      </Box>
      {hasNextPage && (
        <div className="mt-4 flex justify-center">
          <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </>
  );
}
