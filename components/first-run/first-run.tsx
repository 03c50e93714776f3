"use client";

import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { Connection } from "#lib/api/connection-shapes.ts";
import type { AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { connectionsQuery } from "../connections/connection-queries.ts";
import { useBlocked } from "../shell/person.tsx";
import { ButtonLink } from "../ui/button.tsx";
import { CopyField } from "../ui/copy-field.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { Listening } from "./listening.tsx";
import { MakeUrl } from "./make-url.tsx";

/**
 * Instead of a page that has nothing to show yet: from the connection to the first webhook, which it shows as it
 * arrives. `onDone` lets the page show itself.
 */
export function FirstRun({ onDone }: { onDone: () => void }) {
  const { data, error, refetch } = useQuery(connectionsQuery());
  const connection = data?.items[0];
  if (error && !data) return <FailedState what="The connections" error={error} onRetry={refetch} />;
  if (!data) return <SkeletonRows rows={3} label="Reading the connections" />;
  return (
    <div className="mx-auto max-w-[720px] pt-[34px] pb-10 max-sm:pt-[18px] max-sm:pb-6">
      <h1 className="text-[28px] font-[540] tracking-[-0.024em] max-sm:text-[24px]">
        {connection ? "Send the first webhook" : "Connect your CRM"}
      </h1>
      <p className="mt-2 max-w-[60ch] text-[15.5px] leading-normal text-ink-2">
        {connection
          ? `${connection.name} is connected. Put one URL into ${connection.kindLabel}, and this page shows it arrive and every hop after that. It takes about two minutes.`
          : "Rollcall receives its webhooks, reads the contact behind each, and keeps your members in step. Three steps, about five minutes."}
      </p>
      {connection ? <Sending connection={connection} onDone={onDone} /> : <Connecting />}
      <p>
        <button type="button" onClick={onDone} className="link text-small max-sm:min-h-11">
          Skip, and open the console
        </button>
      </p>
    </div>
  );
}

function Connecting() {
  const blocked = useBlocked("owner");
  return (
    <Steps>
      <Step now title="Connect your CRM" number={1}>
        <p className="text-ink-2">
          You need the address and the API key of your ActiveCampaign account. Nothing is changed in it.
        </p>
        <div className="mt-3">
          {blocked ? (
            <p className="text-small text-ink-3">{blocked}. Ask one to add the connection.</p>
          ) : (
            <ButtonLink tone="primary" href="/connections?new">
              Add a connection
            </ButtonLink>
          )}
        </div>
      </Step>
      <Step title="Put a URL into an automation" number={2}>
        <p className="text-ink-2">Rollcall makes it, with a key of its own in it.</p>
      </Step>
      <Step title="Watch the first webhook arrive" number={3}>
        <p className="text-ink-2">With every hop after it, and what it changed.</p>
      </Step>
    </Steps>
  );
}

function Sending({ connection, onDone }: { connection: Connection; onDone: () => void }) {
  const [created, setCreated] = useState<AccessKeyCreated | null>(null);
  const url = created?.urls.update ?? null;
  return (
    <Steps>
      <Step now={url === null} title={url ? "Copy this URL" : "Make a URL"} number={1}>
        <p className="text-ink-2">
          It updates a member’s tags and fields, and makes nothing new. A safe one to start with.
        </p>
        <div className="mt-3">
          {url ? (
            <CopyField text={url} label="Copy the URL" />
          ) : (
            <MakeUrl connectionId={connection.id} onCreated={setCreated} />
          )}
        </div>
        {url && (
          <p className="mt-[5px] text-small text-ink-3">
            The key in it is shown only now. You can always make another.
          </p>
        )}
      </Step>
      <Step title={`Paste it into ${connection.kindLabel}`} number={2}>
        <p className="text-ink-2">
          Open an automation, add <b>Conditions and Workflow › Webhook</b>, paste the URL, save. Then run one
          contact through it: <b>View contacts › Add contact</b>.
        </p>
        {url && (
          <details className="mt-3.5">
            <summary className="py-1 text-ink-2 max-sm:min-h-11">
              No CRM at hand? Try it from a terminal
            </summary>
            <div className="mt-2">
              <CopyField text={curlOf(url)} label="Copy the curl line" />
            </div>
          </details>
        )}
      </Step>
      <Step now={url !== null} title="Watch it arrive" number={3}>
        <Listening onDone={onDone} />
      </Step>
    </Steps>
  );
}

/** One call that any shell takes: the brackets stand in quotes, and the URL has nothing to quote. */
const curlOf = (url: string) => `curl ${url} \\\n  -d "contact[id]=1" -d "contact[email]=you@example.com"`;

function Steps({ children }: { children: ReactNode }) {
  return <ol className="mt-[30px]">{children}</ol>;
}

function Step({
  title,
  number,
  now = false,
  children,
}: {
  title: string;
  number: number;
  now?: boolean;
  children: ReactNode;
}) {
  return (
    <li
      aria-current={now ? "step" : undefined}
      className="relative grid grid-cols-[30px_minmax(0,1fr)] gap-x-4 pb-[30px] after:absolute after:top-7 after:bottom-0 after:left-[13.25px] after:w-[1.5px] after:bg-line last:after:hidden max-sm:grid-cols-1 max-sm:after:hidden"
    >
      <span
        aria-hidden
        className={`num z-1 grid size-7 place-items-center rounded-full text-[13px] font-strong max-sm:mb-2 ${
          now ? "bg-accent text-accent-on" : "bg-raised shadow-[inset_0_0_0_1.5px_var(--line-strong)]"
        }`}
      >
        {number}
      </span>
      <div className="min-w-0">
        <h2 className="mb-1 pt-[3px] text-lead">{title}</h2>
        {children}
      </div>
    </li>
  );
}
