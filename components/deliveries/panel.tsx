"use client";

import { ChevronDown, ChevronUp, Link2, X } from "lucide-react";
import { type Ref, useEffect } from "react";
import type { DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { OutcomePill } from "../status/outcome.tsx";
import { countdown } from "../time/durations.ts";
import { useNow } from "../time/now.tsx";
import { Button } from "../ui/button.tsx";
import { useCopied } from "../ui/copy-field.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useDelivery } from "./log-data.ts";
import { panelTabs } from "./log-url.ts";
import { PanelActs } from "./panel-acts.tsx";
import { PanelFacts } from "./panel-facts.tsx";
import { AttemptsTab, ChangesTab, RelatedTab } from "./panel-lists.tsx";
import { RequestTab } from "./request-tab.tsx";
import { TimelineTab } from "./timeline-tab.tsx";

type PanelTab = (typeof panelTabs)[number];

type PanelProps = {
  id: string;
  panelRef: Ref<HTMLElement>;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
  onOpen: (id: string) => void;
  hrefOf: (id: string) => string;
  onRetry: (id: string) => void;
  retrying: boolean;
};

/** One delivery, beside the log, over it, or as a sheet, by the room there is. */
export function Panel(props: PanelProps) {
  const { id, panelRef, onStep, onClose } = props;
  const found = useDelivery(id);
  const delivery = found.data;
  return (
    <aside
      ref={panelRef}
      tabIndex={-1}
      aria-label="Webhook"
      className="sticky top-0 flex h-screen flex-col overflow-y-auto border-l border-line bg-raised outline-none [--glyph-ground:var(--raised)] max-2xl:fixed max-2xl:inset-y-0 max-2xl:right-0 max-2xl:z-20 max-2xl:w-[min(520px,100vw)] max-2xl:shadow-3 max-sm:inset-0 max-sm:z-30 max-sm:h-dvh max-sm:w-auto max-sm:border-l-0"
    >
      <header className="flex items-center gap-1 pt-3 pr-3.5 pl-6 max-sm:pt-2 max-sm:pr-2 max-sm:pl-4">
        {delivery ? (
          <OutcomePill status={delivery.status} />
        ) : (
          !found.error && <Skeleton className="h-[26px] w-20 rounded-full" />
        )}
        {delivery?.nextRetryAt && (delivery.status === "failed" || delivery.status === "partly_synced") && (
          <NextTry at={delivery.nextRetryAt} />
        )}
        <span className="grow" />
        <Step label="Previous webhook, k" onClick={() => onStep(-1)} up />
        <Step label="Next webhook, j" onClick={() => onStep(1)} />
        <CopyLink />
        <Button
          tone="quiet"
          size="small"
          iconOnly
          aria-label="Close, Escape"
          onClick={onClose}
          glyph={<X size={17} strokeWidth={1.75} aria-hidden />}
        />
      </header>
      <div className="px-6 pt-3.5 pb-8 max-sm:px-4 max-sm:pt-3 max-sm:pb-10">
        {found.error && !delivery ? (
          <FailedState what="This webhook" error={found.error} onRetry={() => found.refetch()} />
        ) : delivery ? (
          <Body {...props} delivery={delivery} />
        ) : (
          <PanelSkeleton />
        )}
      </div>
    </aside>
  );
}

function NextTry({ at }: { at: string }) {
  const now = useNow();
  const due = Date.parse(at) <= now;
  return (
    <span className="num ml-1.5 text-small whitespace-nowrap text-ink-3">
      {due ? "next try now" : `next try in ${countdown(at, now)}`}
    </span>
  );
}

function Step({ label, onClick, up = false }: { label: string; onClick: () => void; up?: boolean }) {
  const Arrow = up ? ChevronUp : ChevronDown;
  return (
    <Button
      tone="quiet"
      size="small"
      iconOnly
      aria-label={label}
      onClick={onClick}
      glyph={<Arrow size={16} strokeWidth={1.75} aria-hidden />}
    />
  );
}

function CopyLink() {
  const [copied, copy] = useCopied(typeof window === "undefined" ? "" : window.location.href);
  return (
    <Tooltip text={copied ? "Copied" : "Copy link"} side="bottom">
      <Button
        tone="quiet"
        size="small"
        iconOnly
        aria-label="Copy link to this webhook"
        onClick={copy}
        className="max-sm:hidden"
        glyph={<Link2 size={16} strokeWidth={1.75} aria-hidden />}
      />
    </Tooltip>
  );
}

function Body({
  delivery,
  tab,
  onTab,
  onOpen,
  hrefOf,
  onRetry,
  retrying,
}: PanelProps & { delivery: DeliveryDetail }) {
  useEffect(() => {
    document.title = `${delivery.name ?? delivery.email ?? "Webhook"} · Webhooks · Rollcall`;
    return () => {
      document.title = "Webhooks · Rollcall";
    };
  }, [delivery.name, delivery.email]);
  const tabs = [
    { value: "timeline", label: "Timeline", content: <TimelineTab delivery={delivery} /> },
    { value: "request", label: "Request", content: <RequestTab key={delivery.id} delivery={delivery} /> },
    { value: "changes", label: "Changes", content: <ChangesTab delivery={delivery} /> },
    {
      value: "attempts",
      label: "Attempts",
      count: delivery.runs.length,
      content: <AttemptsTab delivery={delivery} />,
    },
    {
      value: "related",
      label: "Related",
      count: delivery.related.length,
      content: <RelatedTab delivery={delivery} hrefOf={hrefOf} onOpen={onOpen} />,
    },
  ];
  return (
    <>
      <PanelActs
        delivery={delivery}
        onRetry={() => onRetry(delivery.id)}
        onRequest={() => onTab("request")}
        retrying={retrying}
      />
      <PanelFacts delivery={delivery} />
      <Tabs
        label="Webhook"
        tabs={tabs}
        value={tab}
        onChange={(next) => onTab(panelTabs.find((one) => one === next) ?? "timeline")}
      />
    </>
  );
}

function PanelSkeleton() {
  return (
    <div role="status" aria-label="Reading this webhook" className="grid gap-3">
      <Skeleton className="h-5 w-[90%]" />
      <Skeleton className="h-5 w-[60%]" />
      <Skeleton className="mt-2 w-[80%]" />
      <Skeleton className="mt-3 h-8 w-44" />
      {["a", "b", "c", "d", "e"].map((line) => (
        <Skeleton key={line} className="mt-1.5 w-[70%]" />
      ))}
    </div>
  );
}
