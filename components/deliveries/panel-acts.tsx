"use client";

import { Ellipsis, ExternalLink, Link2, RotateCw, SquareTerminal } from "lucide-react";
import type { DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { useZone } from "../time/zone.tsx";
import { Button, ButtonLink, buttonClass } from "../ui/button.tsx";
import { useCopied } from "../ui/copy-field.tsx";
import { KeyHint } from "../ui/key-hint.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { asCurl, panelRemedy, panelSentence } from "./panel-words.ts";

/** What happened, what to do, and the buttons that do it. */
export function PanelActs({
  delivery,
  onRetry,
  onRequest,
  retrying,
}: {
  delivery: DeliveryDetail;
  /** Shows what was sent. */
  onRequest: () => void;
  onRetry: () => void;
  retrying: boolean;
}) {
  const zone = useZone();
  const blocked = useBlocked("operator");
  const remedy = panelRemedy(delivery, zone);
  const underWay = delivery.status === "queued" || delivery.status === "running";
  const settled =
    delivery.status === "synced" ||
    delivery.status === "skipped" ||
    delivery.status === "filtered" ||
    delivery.status === "duplicate";
  const isHalted = ["site_paused", "site_stopped", "site_secrets_locked"].some(
    (reason) => reason === delivery.reason,
  );
  const onlySite = delivery.site?.others === 0 ? delivery.site : null;
  const beside = delivery.contactUrl !== null || delivery.status === "rejected";
  return (
    <>
      <h2 className="text-head leading-[1.32] tracking-[-0.012em] text-pretty [overflow-wrap:anywhere]">
        {panelSentence(delivery)}
      </h2>
      {remedy && <p className="mt-2 leading-normal text-ink-2 [overflow-wrap:anywhere]">{remedy}</p>}
      {delivery.status === "partly_synced" && delivery.canRetry && !isHalted && (
        <p className="mt-2 leading-normal text-ink-2">
          Retry pushes only to the sites that do not have the member right; nothing else runs again.
        </p>
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        {(delivery.canRetry || underWay) && (
          <Button
            tone={settled || isHalted ? "plain" : "primary"}
            busy={retrying || underWay}
            blocked={blocked}
            onClick={onRetry}
            className={beside ? "max-sm:grow-0 max-sm:basis-full" : "max-sm:flex-1"}
            glyph={<RotateCw size={15} strokeWidth={1.75} aria-hidden />}
          >
            {underWay
              ? delivery.status === "queued"
                ? "Queued"
                : "Running"
              : settled
                ? "Run again"
                : "Retry now"}
            {!underWay && <KeyHint keys="r" onFilled={!settled && !isHalted} />}
          </Button>
        )}
        {delivery.status === "partly_synced" && (
          <ButtonLink
            href={onlySite ? `/destinations/${onlySite.id}` : "/destinations"}
            tone={isHalted ? "primary" : "plain"}
          >
            {onlySite ? "Open destination" : "Open destinations"}
          </ButtonLink>
        )}
        {delivery.status === "unreadable" && (
          <Button onClick={onRequest} className="max-sm:flex-1">
            See what was sent
          </Button>
        )}
        {delivery.status === "rejected" && (
          <ButtonLink href={delivery.reason === "no_such_key" ? "/access-keys?existing" : "/access-keys"}>
            {delivery.reason === "no_such_key" ? "Bring this key along" : "Open access keys"}
          </ButtonLink>
        )}
        {delivery.contactUrl && (
          <a
            href={delivery.contactUrl}
            target="_blank"
            rel="noreferrer"
            className={`${buttonClass()} max-sm:flex-1`}
          >
            <ExternalLink size={15} strokeWidth={1.75} aria-hidden />
            Open contact
            <span className="sr-only">in {delivery.kindLabel ?? "the CRM"}, in a new tab</span>
          </a>
        )}
        <More delivery={delivery} />
      </div>
    </>
  );
}

function More({ delivery }: { delivery: DeliveryDetail }) {
  const [, copyLink] = useCopied(typeof window === "undefined" ? "" : window.location.href);
  const [, copyCurl] = useCopied(
    asCurl(delivery.request, typeof window === "undefined" ? "" : window.location.origin),
  );
  const [, copyId] = useCopied(delivery.id);
  return (
    <Menu
      align="start"
      trigger={
        <Button
          iconOnly
          aria-label="More: copy link, id or curl"
          glyph={<Ellipsis size={16} strokeWidth={1.75} aria-hidden />}
        />
      }
    >
      <MenuItem onSelect={copyLink} glyph={<Link2 size={15} strokeWidth={1.75} aria-hidden />}>
        Copy link
      </MenuItem>
      <MenuItem onSelect={copyCurl} glyph={<SquareTerminal size={15} strokeWidth={1.75} aria-hidden />}>
        Copy as curl, key hidden
      </MenuItem>
      <MenuItem onSelect={copyId} glyph={<span className="w-[15px]" />}>
        Copy delivery id
      </MenuItem>
    </Menu>
  );
}
