"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import { choicesOf } from "../changes/field-values.ts";
import { MemberSites } from "../destinations/member-sites.tsx";
import { Note } from "../ui/note.tsx";
import { Tag } from "../ui/tag.tsx";
import { MemberDeliveries, MemberLinks } from "./member-boxes.tsx";
import { MemberErase } from "./member-erase.tsx";
import { MemberHead } from "./member-head.tsx";
import { MemberHistory } from "./member-history.tsx";
import { memberDeliveriesQuery, memberQuery, refreshMember } from "./member-queries.ts";
import { fieldTitle, inOrder } from "./member-words.ts";
import { WaitingNote } from "./waiting-note.tsx";

/** One member: what Rollcall knows, what changed and why, and where it came from. */
export function MemberPage({ initial }: { initial: MemberDetail }) {
  const { data } = useQuery({ ...memberQuery(initial.id), initialData: initial });
  return <MemberView member={data} />;
}

function MemberView({ member }: { member: MemberDetail }) {
  const queries = useQueryClient();
  const deliveries = useQuery(memberDeliveriesQuery(member.id));
  const refreshing = useMutation({
    mutationFn: () => refreshMember(member.email),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["member", member.id] }),
  });
  const latest = deliveries.data?.items[0];
  return (
    <>
      <MemberHead member={member} latest={latest} refreshing={refreshing} />
      <div role="status">
        {refreshing.error ? (
          <Note tone="bad" className="mt-5">
            <b>Not refreshed.</b> {refreshing.error.message}
          </Note>
        ) : refreshing.data?.source === "directory" ? (
          <Note tone="wait" className="mt-5">
            <b>The CRM did not answer in time.</b> This is what Rollcall had before. It keeps trying by
            itself.
          </Note>
        ) : refreshing.data ? (
          <Note tone="go" className="mt-5">
            <b>Read from the CRM just now.</b> What you see here is what it has.
          </Note>
        ) : (
          latest && <WaitingNote delivery={latest} syncedAt={member.syncedAt} />
        )}
      </div>
      <div className="mt-6 grid grid-cols-[minmax(0,1fr)_316px] items-start gap-10 max-xl:grid-cols-[minmax(0,1fr)_276px] max-xl:gap-6 max-lg:grid-cols-1">
        <div className="grid gap-8">
          <MemberTags tags={member.tags} />
          <MemberFields member={member} />
          <MemberHistory history={member.history} />
        </div>
        <div className="grid gap-6">
          <MemberSites member={member} />
          <MemberLinks member={member} />
          <MemberDeliveries memberId={member.id} query={deliveries} />
          <MemberErase memberId={member.id} />
        </div>
      </div>
    </>
  );
}

function MemberTags({ tags }: { tags: readonly string[] }) {
  return (
    <section>
      <SectionHead title="Tags" note={String(tags.length)} />
      {tags.length === 0 ? <p className="text-ink-3">No tags.</p> : <TagList words={tags} />}
    </section>
  );
}

function TagList({ words }: { words: readonly string[] }) {
  return (
    <ul className="flex flex-wrap gap-1.5">
      {words.map((word) => (
        <li key={word} className="max-w-full">
          <Tag>{word}</Tag>
        </li>
      ))}
    </ul>
  );
}

/** A field as a person reads it: a multi-select is a list of its choices. */
function FieldValue({ value }: { value: string }) {
  const choices = choicesOf(value);
  if (choices && choices.length > 0) return <TagList words={choices} />;
  return choices || value === "" ? <span className="text-ink-3">empty</span> : value;
}

function MemberFields({ member }: { member: MemberDetail }) {
  const fields = inOrder(member.fields);
  const from = member.links.map((link) => `${link.kindLabel} contact ${link.contactId}`).join(", ");
  return (
    <section>
      <SectionHead title="Fields" note={from && `from ${from}`} />
      {fields.length === 0 ? (
        <p className="text-ink-3">No fields.</p>
      ) : (
        <dl className="text-fine">
          {fields.map(([tag, value]) => (
            <div
              key={tag}
              className="grid grid-cols-[150px_minmax(0,1fr)] gap-3 border-t border-line-soft py-[7px] max-sm:grid-cols-[112px_minmax(0,1fr)]"
            >
              <dt className="[overflow-wrap:anywhere] text-ink-3" title={tag}>
                {fieldTitle(tag)}
              </dt>
              <dd className="[overflow-wrap:anywhere]">
                <FieldValue value={value} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function SectionHead({ title, note }: { title: string; note: string }) {
  return (
    <header className="mb-3 flex items-baseline gap-3">
      <h2 className="text-box tracking-[-0.006em]">{title}</h2>
      <span className="text-small text-ink-3">{note}</span>
    </header>
  );
}
