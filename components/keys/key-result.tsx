"use client";

import { useRef, useState } from "react";
import type { AccessKeyCreated } from "#lib/api/key-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { CopyField } from "../ui/copy-field.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Secret } from "../ui/secret.tsx";
import { Segments } from "../ui/segments.tsx";
import { urlActions } from "./key-words.ts";

/** A new key, shown this once, with every URL ready to paste. Closing it uncopied asks once. */
export function KeyResult({ created, onClose }: { created: AccessKeyCreated; onClose: () => void }) {
  const [stored, setStored] = useState(false);
  const [asked, setAsked] = useState(false);
  const copyButton = useRef<HTMLButtonElement>(null);
  const close = () => {
    if (stored || asked) onClose();
    else setAsked(true);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      initialFocus={copyButton}
      glyph={<Glyph name="synced" size={18} />}
      title={`Key “${created.name}” is ready`}
      lead="Copy it now. Rollcall keeps only a fingerprint and cannot show it again."
      footer={
        asked && !stored ? (
          <>
            <p role="alert" className="grow max-sm:basis-full">
              <b>It was not copied.</b>{" "}
              <span className="text-ink-2">Once closed, nobody can see it again.</span>
            </p>
            <Button onClick={() => setAsked(false)}>Go back</Button>
            <Button danger onClick={onClose}>
              Close anyway
            </Button>
          </>
        ) : (
          <>
            <label
              htmlFor="key-stored"
              className="flex grow cursor-pointer items-center gap-2 max-sm:min-h-11"
            >
              <Checkbox id="key-stored" checked={stored} onChange={setStored} /> I have stored the key
            </label>
            <Button onClick={close}>Done</Button>
          </>
        )
      }
    >
      <Secret
        text={created.key}
        label="Copy the key"
        buttonRef={copyButton}
        onCopied={() => setStored(true)}
      />
      <KeyUrls created={created} onCopied={() => setStored(true)} />
    </Dialog>
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
