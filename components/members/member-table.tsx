"use client";

import type { Member } from "#lib/api/member-shapes.ts";
import { Link } from "../navigation/navigation.tsx";
import { Ago } from "../time/moment.tsx";
import { nameOf } from "./member-words.ts";

const shownTags = 4;

/** One line a member; a tag in it filters by that tag. */
export function MemberTable({
  members,
  onTag,
}: {
  members: readonly Member[];
  onTag: (tag: string) => void;
}) {
  return (
    <table className="text-fine max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="h-8.5 border-b border-line text-small whitespace-nowrap text-ink-3 [&>th]:px-3 [&>th:first-child]:pl-4 [&>th:last-child]:pr-4">
          <th className="w-[34%]">Member</th>
          <th className="w-[16%]">Role</th>
          <th>Tags</th>
          <th className="w-[15%]">In step</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {members.map((member) => (
          <MemberRow key={member.id} member={member} onTag={onTag} />
        ))}
      </tbody>
    </table>
  );
}

function MemberRow({ member, onTag }: { member: Member; onTag: (tag: string) => void }) {
  const { id, email, role, tags, syncedAt } = member;
  const name = nameOf(member);
  return (
    <tr className="relative border-t border-line-soft first:border-t-0 hover:bg-hover max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-x-3 max-sm:gap-y-1.5 max-sm:px-4 max-sm:py-3 sm:[&>td]:px-3 sm:[&>td]:py-2.5 sm:[&>td]:align-top sm:[&>td:first-child]:pl-4 sm:[&>td:last-child]:pr-4">
      <td className="min-w-0 max-sm:col-span-full">
        <Link
          href={`/members/${id}`}
          className="text-body font-medium [overflow-wrap:anywhere] after:absolute after:inset-0 after:content-['']"
        >
          {name}
        </Link>
        {name !== email && (
          <span className="block text-small [overflow-wrap:anywhere] text-ink-3">{email}</span>
        )}
      </td>
      <td className="text-ink-2">{role}</td>
      <td className="max-sm:order-last max-sm:col-span-full">
        <span className="relative flex flex-wrap gap-1 max-sm:gap-y-0 sm:-mt-0.5">
          {tags.slice(0, shownTags).map((tag) => (
            <button
              key={tag}
              type="button"
              title={`Show members with the tag ${tag}`}
              onClick={() => onTag(tag)}
              className="group inline-flex max-w-full items-center text-left max-sm:min-h-11"
            >
              <span className="inline-flex min-h-6 items-center rounded-chip bg-fill px-2 text-small [overflow-wrap:anywhere] text-ink-2 group-hover:bg-line max-sm:min-h-8">
                {tag}
              </span>
            </button>
          ))}
          {tags.length > shownTags && (
            <span className="self-center px-1 text-small text-ink-3" title={tags.slice(shownTags).join(", ")}>
              {tags.length - shownTags} more
            </span>
          )}
          {tags.length === 0 && <span className="text-small text-ink-3 max-sm:hidden">none</span>}
        </span>
      </td>
      <td className="text-ink-2 max-sm:text-small">{syncedAt ? <Ago at={syncedAt} /> : "not yet"}</td>
    </tr>
  );
}
