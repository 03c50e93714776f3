"use client";

import { Ellipsis } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import type { AccessKey } from "#lib/api/key-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { Glyph } from "../status/glyph.tsx";
import { count, counted } from "../time/durations.ts";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { Button, buttonClass } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Pill } from "../ui/pill.tsx";
import { Sparkline } from "../ui/sparkline.tsx";
import { Tag } from "../ui/tag.tsx";
import { actionWords, type KeyRow, roleWords } from "./key-words.ts";
import { Rotation } from "./rotation.tsx";

export type KeyAction = "edit" | "rotate" | "revoke";
type Do = (what: KeyAction, key: AccessKey) => void;

/** The keys in use, with a running rotation open under its key; the ended ones on request. */
export function KeyTable({ rows, onDo }: { rows: { current: KeyRow[]; ended: KeyRow[] }; onDo: Do }) {
  const [showEnded, setShowEnded] = useState(false);
  const shown = showEnded ? [...rows.current, ...rows.ended] : rows.current;
  return (
    <>
      <table className="text-fine max-md:block">
        <thead className="max-md:sr-only">
          <tr className="h-8.5 border-b border-line text-small whitespace-nowrap text-ink-3 [&>th]:px-3 [&>th:first-child]:pl-4">
            <th className="w-[27%]">Key</th>
            <th>May ask for</th>
            <th className="w-[178px]">Last 7 days</th>
            <th className="w-[15%]">Last used</th>
            <th className="w-32">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="max-md:block">
          {shown.map(({ key, replaces }) => (
            <Fragment key={key.id}>
              <KeyLine accessKey={key} rotating={replaces.length > 0} onDo={onDo} />
              {replaces.map((old) => (
                <tr key={old.id} className="block border-t border-line-soft md:table-row">
                  <td colSpan={5} className="block bg-accent-soft p-0 md:table-cell">
                    <Rotation old={old} onStop={() => onDo("revoke", old)} />
                  </td>
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
      {rows.ended.length > 0 && (
        <div className="border-t border-line-soft px-2 py-1.5">
          <Button
            tone="quiet"
            size="small"
            aria-expanded={showEnded}
            onClick={() => setShowEnded(!showEnded)}
          >
            {showEnded ? "Hide" : "Show"} {counted(rows.ended.length, "key")} that no longer{" "}
            {rows.ended.length === 1 ? "works" : "work"}
          </Button>
        </div>
      )}
    </>
  );
}

function KeyLine({ accessKey: key, rotating, onDo }: { accessKey: AccessKey; rotating: boolean; onDo: Do }) {
  const uses = key.uses7d;
  return (
    <tr className="border-t border-line-soft first:border-t-0 max-md:grid max-md:grid-cols-2 max-md:gap-2.5 max-md:[&>td:first-child]:col-span-full max-md:[&>td:last-child]:col-span-full max-md:[&>td:nth-child(2)]:col-span-full max-md:px-4 max-md:py-3.5 md:[&>td]:px-3 md:[&>td]:py-3 md:[&>td]:align-top md:[&>td:first-child]:pl-4 md:[&>td:last-child]:pr-4">
      <td>
        <h2 className="flex min-h-[22px] flex-wrap items-center gap-2 text-body font-[540]">
          {key.name}
          <KeyState accessKey={key} rotating={rotating} />
        </h2>
        <span className="block text-small leading-normal text-ink-3">
          <code>{key.prefix}…</code> · {key.connectionName}
        </span>
      </td>
      <Cell head="May ask for">
        <span className="flex flex-wrap gap-1">
          {actionWords(key).map((word) => (
            <Tag key={word}>{word}</Tag>
          ))}
        </span>
        <span className="mt-1 block text-small text-ink-3">
          {roleWords(key.roles)}
          {key.allowedIps && key.allowedIps.length > 0 && (
            <> · from {counted(key.allowedIps.length, "address", "addresses")}</>
          )}
          {key.waitSeconds > 0 && <> · waits up to {key.waitSeconds} s</>}
        </span>
      </Cell>
      <Cell head="Last 7 days">
        <Sparkline
          values={key.usesByDay.map((day) => day.uses)}
          label={`${count(uses)} uses in the last 7 days`}
        />
        <span className="num block text-small leading-normal text-ink-3">{counted(uses, "use")}</span>
      </Cell>
      <Cell head="Last used">
        {key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : "Never"}
        {key.expiresAt && key.state === "active" && (
          <span className="block text-small leading-normal text-ink-3">
            expires <ShortWhen at={key.expiresAt} />
          </span>
        )}
      </Cell>
      <td>
        <KeyActions accessKey={key} rotating={rotating} onDo={onDo} />
      </td>
    </tr>
  );
}

function Cell({ head, children }: { head: string; children: ReactNode }) {
  return (
    <td>
      <span aria-hidden className="mb-0.5 block text-small text-ink-3 md:hidden">
        {head}
      </span>
      {children}
    </td>
  );
}

function KeyState({ accessKey: key, rotating }: { accessKey: AccessKey; rotating: boolean }) {
  if (key.state === "revoked")
    return (
      <Pill small tone="idle">
        Revoked
      </Pill>
    );
  if (key.state === "expired")
    return (
      <Pill small tone="idle">
        Expired
      </Pill>
    );
  if (rotating)
    return (
      <Pill small tone="go" glyph={<Glyph name="running" size={14} />}>
        Rotating
      </Pill>
    );
  if (key.weak)
    return (
      <Pill small tone="wait" glyph={<Glyph name="warn" size={14} />}>
        Weak
      </Pill>
    );
  return null;
}

function KeyActions({
  accessKey: key,
  rotating,
  onDo,
}: {
  accessKey: AccessKey;
  rotating: boolean;
  onDo: Do;
}) {
  const blocked = useBlocked("operator");
  if (key.state === "revoked" || key.state === "expired") return null;
  if (key.purpose === "event")
    return <span className="block text-right text-small text-ink-3 max-md:text-left">kept by Rollcall</span>;
  return (
    <span className="-mt-[3px] flex justify-end gap-0.5 md:-mr-1.5">
      {!rotating && (
        <Button size="small" blocked={blocked} onClick={() => onDo("rotate", key)} className="max-md:flex-1">
          {key.weak ? "Replace" : "Rotate"}
        </Button>
      )}
      <Menu
        trigger={
          <button
            type="button"
            aria-label={`More for ${key.name}`}
            className={buttonClass({ tone: "quiet", size: "small", icon: true })}
          >
            <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        <MenuItem disabled={blocked !== null} onSelect={() => onDo("edit", key)}>
          Change what it may do
        </MenuItem>
        <MenuItem danger disabled={blocked !== null} onSelect={() => onDo("revoke", key)}>
          Revoke
        </MenuItem>
      </Menu>
    </span>
  );
}
