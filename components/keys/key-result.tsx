"use client";

import { useState } from "react";
import type { AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { CopyField } from "../ui/copy-field.tsx";
import { Segments } from "../ui/segments.tsx";
import { ShownOnce } from "../ui/shown-once.tsx";
import { urlActions } from "./key-words.ts";

/** A new key, shown this once, with every URL ready to paste. */
export function KeyResult({ created, onClose }: { created: AccessKeyCreated; onClose: () => void }) {
  return (
    <ShownOnce
      glyph={<Glyph name="synced" size={18} />}
      title={`Key “${created.name}” is ready`}
      what="key"
      secret={created.key}
      onClose={onClose}
    >
      {(onCopied) => <KeyUrls created={created} onCopied={onCopied} />}
    </ShownOnce>
  );
}

function KeyUrls({ created, onCopied }: { created: AccessKeyCreated; onCopied: () => void }) {
  const [form, setForm] = useState<"rollcall" | "wp-fusion">("rollcall");
  const urls = form === "rollcall" ? created.urls : created.urls.wpFusion;
  return (
    <>
      <div className="mt-6 mb-3 flex flex-wrap items-center gap-2">
        <h3 className="grow text-body">Or copy a whole URL</h3>
        <Segments
          label="Form of the URL"
          value={form}
          onChange={setForm}
          items={[
            { value: "rollcall", label: "Rollcall" },
            { value: "wp-fusion", label: "WP Fusion form" },
          ]}
        />
      </div>
      <div className="grid gap-2">
        {urlActions.map(({ action, word, gist }) => {
          const url = urls[action];
          if (!url) return null;
          return (
            <div
              key={action}
              className="grid items-center gap-x-3 gap-y-1 sm:grid-cols-[132px_minmax(0,1fr)]"
            >
              <span className="font-medium">
                {word}
                <small className="block text-micro font-normal text-ink-3">{gist}</small>
              </span>
              <CopyField text={url} label={`Copy the ${word} URL`} onCopied={onCopied}>
                <UrlText url={url} action={action} />
              </CopyField>
            </div>
          );
        })}
      </div>
      <p className="mt-3 text-small text-ink-3">
        Put <code>send_notification=true</code> in the first for a welcome e-mail, or <code>wait=4</code> in
        any, so that the CRM’s own report shows the true result.
        {urls.batch_sync &&
          " Batch sync is for automations that send many at once, such as a timed release: it collects the contacts for a few minutes (the connection says how long) and reads them together."}
      </p>
    </>
  );
}

/** The action drawn heavier, so that three URLs differ at a glance; a line may break before the key. */
function UrlText({ url, action }: { url: string; action: string }) {
  const native = url.lastIndexOf(`/${action}`);
  const at = url.includes("wpf_action=")
    ? url.indexOf(`wpf_action=${action}`) + "wpf_action=".length
    : native + 1;
  const head = url.slice(0, at).split("/hooks/");
  return (
    <>
      {head[0]}
      {head[1] !== undefined && (
        <>
          /hooks
          <wbr />/{head[1]}
        </>
      )}
      <em>{action}</em>
      {url.slice(at + action.length)}
    </>
  );
}
