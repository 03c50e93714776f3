import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ellipsis } from "lucide-react";
import type { Person, Role } from "#lib/api/person-shapes.ts";
import { usePerson } from "../shell/person.tsx";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { useNow } from "../time/now.tsx";
import { buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Pill } from "../ui/pill.tsx";
import { Select } from "../ui/select.tsx";
import { showFailure } from "../ui/toast.tsx";
import { changePerson } from "./people-queries.ts";
import { isRole, roleItems } from "./role-words.ts";

/** What is asked about before it is done. */
export type PersonAct =
  | { what: "link" | "signOut" | "remove"; person: Person }
  | { what: "stepDown"; person: Person; role: Role };

type Props = { people: readonly Person[]; onAct: (act: PersonAct) => void };

/** A line for each person: name and e-mail, their role to choose, when they signed in last or until when they may. */
export function PersonTable({ people, onAct }: Props) {
  if (people.length === 0) return null;
  return (
    <table className="w-full text-fine max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="h-8.5 border-b border-line text-left text-small whitespace-nowrap text-ink-3 [&>th]:font-normal">
          <th>Person</th>
          <th className="w-[150px] px-4">Role</th>
          <th className="w-[180px]">Last sign-in</th>
          <th className="w-8">
            <span className="sr-only">More</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {people.map((person) => (
          <Line key={person.id} person={person} onAct={onAct} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ person, onAct }: { person: Person; onAct: Props["onAct"] }) {
  const isMe = usePerson().email === person.email;
  return (
    <tr className="border-b border-line-soft max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_132px] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-2 max-sm:py-3.5 sm:[&>td]:py-2.5">
      <td className="[overflow-wrap:anywhere]">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-name">
          {person.name}
          {isMe && (
            <Pill tone="idle" small>
              You
            </Pill>
          )}
          {person.state === "invited" && (
            <Pill tone="go" small>
              Invited
            </Pill>
          )}
        </span>
        <span className="block text-small text-ink-3">{person.email}</span>
      </td>
      <td className="max-sm:order-3 sm:px-4">
        <RoleOf
          person={person}
          onStepDown={isMe ? (role) => onAct({ what: "stepDown", person, role }) : null}
        />
      </td>
      <td className="text-ink-2 max-sm:order-4 max-sm:text-right max-sm:text-small">
        <SignedIn person={person} />
      </td>
      <td className="text-right max-sm:order-2">
        <More person={person} isMe={isMe} onAct={onAct} />
      </td>
    </tr>
  );
}

/** Saves a role as soon as it is chosen; `onStepDown` is asked first where it is one's own. */
function RoleOf({ person, onStepDown }: { person: Person; onStepDown: ((role: Role) => void) | null }) {
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: (role: Role) => changePerson(person.id, { role }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["people"] }),
    onError: (error) => showFailure("The role was not changed", error.message),
  });
  const choose = (role: string) => {
    if (!isRole(role) || role === person.role) return;
    if (onStepDown) onStepDown(role);
    else changing.mutate(role);
  };
  return (
    <Select
      label={`Role of ${person.name}`}
      hideLabel
      items={roleItems}
      value={changing.isPending ? changing.variables : person.role}
      onChange={choose}
      disabled={changing.isPending}
    />
  );
}

function SignedIn({ person: { state, lastSignInAt, inviteExpiresAt } }: { person: Person }) {
  const now = useNow();
  const link =
    inviteExpiresAt === null ? null : Date.parse(inviteExpiresAt) > now ? (
      <>
        link until <ShortWhen at={inviteExpiresAt} />
      </>
    ) : (
      "link has ended"
    );
  const came = lastSignInAt ? <Ago at={lastSignInAt} /> : "not yet";
  if (state === "invited") return <span className="text-ink-3">{link ?? "no link"}</span>;
  return (
    <>
      {came}
      {link && <span className="block text-small text-ink-3">{link}</span>}
    </>
  );
}

function More({ person, isMe, onAct }: { person: Person; isMe: boolean; onAct: Props["onAct"] }) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`More for ${person.name}`}
          className={`${buttonClass({ tone: "quiet", size: "small", icon: true })} max-sm:-mr-3`}
        >
          <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
        </button>
      }
    >
      {!isMe && <MenuItem onSelect={() => onAct({ what: "link", person })}>New link</MenuItem>}
      {person.state === "active" && (
        <MenuItem onSelect={() => onAct({ what: "signOut", person })}>Sign out everywhere</MenuItem>
      )}
      {!isMe && (
        <MenuItem danger onSelect={() => onAct({ what: "remove", person })}>
          Remove
        </MenuItem>
      )}
    </Menu>
  );
}
