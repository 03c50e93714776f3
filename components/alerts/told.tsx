import { Fragment } from "react";
import type { Alert } from "#lib/api/alert-shapes.ts";
import { toldOf } from "./alert-words.ts";

/** Who was told, in one line; a message that was not taken says why. */
export function Told({ alert }: { alert: Alert }) {
  const told = toldOf(alert);
  const named = (state: string) => told.filter((one) => one.state === state).map(({ name }) => name);
  const [sent, waiting] = [named("sent"), named("waiting")];
  const failed = told.filter(({ state }) => state === "failed");
  const parts = [
    sent.length > 0 && <span key="sent">told {sent.join(", ")}</span>,
    waiting.length > 0 && (
      <span key="waiting" className={told.some(({ error }) => error) ? "text-bad-ink" : undefined}>
        not told yet: {waiting.join(", ")}
      </span>
    ),
    ...failed.map(({ id, name, error }) => (
      <span key={id} className="text-bad-ink">
        {name} was not told: {error?.replace(/\.$/, "") ?? "no cause is known"}
      </span>
    )),
  ].filter((part) => part !== false);
  return parts.map((part, index) => (
    <Fragment key={part.key}>
      {index > 0 && " · "}
      {part}
    </Fragment>
  ));
}
