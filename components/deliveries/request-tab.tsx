"use client";

import { SquareTerminal } from "lucide-react";
import { Fragment, useState } from "react";
import type { DeliveryDetail } from "#lib/api/delivery-shapes.ts";
import { bytes, count } from "../time/durations.ts";
import { Button } from "../ui/button.tsx";
import { useCopied } from "../ui/copy-field.tsx";
import { asCurl } from "./panel-words.ts";

const firstPairs = 12;
const foldAt = 240;
const dialectWords = { rollcall: "Rollcall", "wp-fusion": "WP Fusion" };

/** The request as it came: byte for byte, or as pairs in the order of the wire. Keys stay hidden. */
export function RequestTab({ delivery }: { delivery: DeliveryDetail }) {
  const { request } = delivery;
  const [raw, setRaw] = useState(false);
  const [copied, copy] = useCopied(
    asCurl(request, typeof window === "undefined" ? "" : window.location.origin),
  );
  const query = request.query.replace(/^\?/, "");
  return (
    <>
      <div className="mb-3 flex items-center gap-2">
        <fieldset className="inline-flex rounded-control border border-line bg-sunken p-0.5">
          <legend className="sr-only">Show the body as</legend>
          {[
            ["Pairs", false],
            ["Raw", true],
          ].map(([word, value]) => (
            <button
              key={String(word)}
              type="button"
              aria-pressed={raw === value}
              onClick={() => setRaw(value === true)}
              className="h-7 rounded-[5px] px-[11px] text-small whitespace-nowrap text-ink-2 aria-pressed:bg-raised aria-pressed:font-name aria-pressed:text-ink aria-pressed:shadow-1 aria-pressed:ring-1 aria-pressed:ring-line max-sm:h-11 max-sm:px-3.5"
            >
              {word}
            </button>
          ))}
        </fieldset>
        <span className="grow" />
        <Button
          size="small"
          glyph={<SquareTerminal size={14} strokeWidth={1.75} aria-hidden />}
          onClick={copy}
        >
          {copied ? "Copied" : "Copy as curl"}
        </Button>
      </div>
      <div className="rounded-control bg-sunken px-3 py-2.5 font-mono text-[12.5px] leading-[1.6] [overflow-wrap:anywhere]">
        {request.method} <WithHidden text={`${request.path}${query === "" ? "" : `?${query}`}`} />
      </div>
      <p className="mt-[5px] text-small text-ink-3">
        Understood as <b>{dialectWords[delivery.dialect]}</b>, action <b>{delivery.action}</b>. The key is
        hidden here and in every copy.
      </p>
      <Heading>Headers, {request.headers.length}</Heading>
      <PairTable pairs={request.headers} label="Headers" />
      {raw ? <RawBody request={request} /> : <Pairs pairs={request.pairs} bodyBytes={request.bodyBytes} />}
    </>
  );
}

function Heading({ children }: { children: React.ReactNode }) {
  return <h3 className="mt-[18px] mb-0.5 font-label text-small text-ink-3">{children}</h3>;
}

const HiddenWord = () => (
  <span className="rounded-[3px] bg-sunken px-[5px] py-px font-sans text-micro whitespace-nowrap text-ink-3 ring-1 ring-line">
    hidden
  </span>
);

/** An address in which the place of the key is drawn as the word "hidden". */
function WithHidden({ text }: { text: string }) {
  const parts = text.split(/(?<=\/|=)hidden(?=\/|&|\?|$)/);
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
    <Fragment key={index}>
      {index > 0 && <HiddenWord />}
      {part}
    </Fragment>
  ));
}

function Pairs({ pairs, bodyBytes }: { pairs: readonly (readonly [string, string])[]; bodyBytes: number }) {
  const [all, setAll] = useState(false);
  const shown = all ? pairs : pairs.slice(0, firstPairs);
  if (pairs.length === 0)
    return (
      <>
        <Heading>Body, {bytes(bodyBytes)}</Heading>
        <p className="text-ink-2">
          {bodyBytes === 0 ? "The body was empty." : "There are no pairs in it. Raw shows it as it came."}
        </p>
      </>
    );
  return (
    <>
      <Heading>
        {shown.length === pairs.length
          ? `${count(pairs.length)} pairs in the order they came`
          : `${count(shown.length)} of ${count(pairs.length)} pairs in the order they came`}
      </Heading>
      <PairTable pairs={shown} label="Pairs of query and body" />
      {shown.length < pairs.length && (
        <Button size="small" className="mt-3" onClick={() => setAll(true)}>
          Show all {count(pairs.length)} pairs
        </Button>
      )}
    </>
  );
}

function PairTable({ pairs, label }: { pairs: readonly (readonly [string, string])[]; label: string }) {
  const cell =
    "border-b border-line-soft py-[5px] align-top font-mono text-[12px] leading-normal font-normal [overflow-wrap:anywhere]";
  return (
    <table aria-label={label} className="table-fixed">
      <tbody>
        {pairs.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the order is the wire's
          <tr key={index}>
            <th scope="row" className={`${cell} w-[49%] pr-3.5 text-ink-2`}>
              {name}
            </th>
            <td className={cell}>
              <PairValue value={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PairValue({ value }: { value: string }) {
  const [folded, setFolded] = useState(value.length > foldAt);
  if (value === "") return <span className="font-sans text-ink-3">empty</span>;
  if (value === "hidden") return <HiddenWord />;
  if (!folded) return value;
  return (
    <>
      {value.slice(0, foldAt)}…{" "}
      <button type="button" onClick={() => setFolded(false)} className="link font-sans">
        Show all {count(value.length)} characters
      </button>
    </>
  );
}

function RawBody({ request }: { request: DeliveryDetail["request"] }) {
  const text = request.bodyBase64 ?? request.body;
  const [copied, copy] = useCopied(text);
  return (
    <>
      <div className="flex items-end gap-2">
        <Heading>
          Body, {bytes(request.bodyBytes)}
          {request.bodyBase64 !== null && ", not text: shown as base64"}
        </Heading>
        <span className="grow" />
        {text !== "" && (
          <Button size="small" tone="quiet" onClick={copy}>
            {copied ? "Copied" : "Copy body"}
          </Button>
        )}
      </div>
      {text === "" ? (
        <p className="text-ink-2">The body was empty.</p>
      ) : (
        <pre className="rounded-control bg-sunken px-3 py-2.5 text-[12px] leading-[1.6] whitespace-pre-wrap [overflow-wrap:anywhere]">
          {text}
        </pre>
      )}
    </>
  );
}
