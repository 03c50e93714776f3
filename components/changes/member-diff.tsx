import type { ReactNode } from "react";
import type { MemberDetail } from "#lib/api/member-shapes.ts";
import { fieldTitle, inOrder } from "../members/member-words.ts";
import { Tag } from "../ui/tag.tsx";
import { choiceChange } from "./field-values.ts";

type Changes = MemberDetail["history"][number]["changes"];
type Pair = readonly [string | null, string | null];

const passwordWords = {
  generated: "made by Rollcall",
  from_crm: "taken from the CRM",
  chosen: "chosen by the member",
};

/** What one run changed: sign and strike carry it, so that colour is never alone. */
export function MemberDiff({ changes }: { changes: Changes }) {
  const { email, login, role, firstName, lastName, tagsAdded, tagsRemoved, fields, password } = changes;
  const pairs: [string, Pair | undefined][] = [
    ["E-mail", email],
    ["Login", login],
    ["Role", role],
    ["First name", firstName],
    ["Last name", lastName],
    ...inOrder(fields),
  ];
  return (
    <dl className="grid grid-cols-[132px_minmax(0,1fr)] items-baseline gap-x-3 gap-y-[5px] text-log max-sm:grid-cols-[96px_minmax(0,1fr)]">
      {(tagsAdded.length > 0 || tagsRemoved.length > 0) && (
        <Line name="Tags">
          <Tags of={tagsAdded} tone="added" />
          <Tags of={tagsRemoved} tone="removed" />
        </Line>
      )}
      {pairs.map(
        ([name, pair]) =>
          pair && (
            <Change
              key={name}
              name={fieldTitle(name)}
              before={pair[0]}
              after={pair[1]}
              first={changes.created}
            />
          ),
      )}
      {password && <Line name="Password">{passwordWords[password]}</Line>}
    </dl>
  );
}

function Tags({ of, tone }: { of: readonly string[]; tone: "plain" | "added" | "removed" }) {
  return of.map((word) => (
    <Tag key={word} tone={tone}>
      {word}
    </Tag>
  ));
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3 [overflow-wrap:anywhere]">{name}</dt>
      <dd className="flex min-w-0 flex-wrap items-center gap-[5px]">{children}</dd>
    </>
  );
}

function Change({
  name,
  before,
  after,
  first,
}: {
  name: string;
  before: string | null;
  after: string | null;
  /** Of a new member: there was nothing before. */
  first: boolean;
}) {
  const choices = choiceChange(before, after);
  if (choices)
    return (
      <Line name={name}>
        <Tags of={choices.added} tone="added" />
        <Tags of={choices.removed} tone="removed" />
        <Tags of={choices.kept} tone="plain" />
      </Line>
    );
  return (
    <Line name={name}>
      {!first && <Before value={before} />}
      {after ? (
        <ins className="rounded-[3px] bg-ok-soft px-[5px] py-px text-ok-ink no-underline [overflow-wrap:anywhere]">
          {after}
        </ins>
      ) : (
        <span className="text-ink-3">empty</span>
      )}
    </Line>
  );
}

function Before({ value }: { value: string | null }) {
  return (
    <>
      {value ? (
        <del className="rounded-[3px] bg-bad-soft px-[5px] py-px text-bad-ink decoration-1 [overflow-wrap:anywhere]">
          {value}
        </del>
      ) : (
        <span className="text-ink-3">empty</span>
      )}
      <span aria-hidden className="text-ink-3">
        →
      </span>
      <span className="sr-only">became</span>
    </>
  );
}

/** Whether a run left anything to show. */
export const hasChanges = (changes: Changes): boolean =>
  changes.created ||
  changes.tagsAdded.length > 0 ||
  changes.tagsRemoved.length > 0 ||
  Object.keys(changes.fields).length > 0 ||
  [changes.email, changes.login, changes.role, changes.firstName, changes.lastName, changes.password].some(
    (change) => change !== undefined,
  );
