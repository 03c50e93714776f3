import type { Alert } from "#lib/api/alert-shapes.ts";
import { toldOf } from "./alert-words.ts";

/** Who was told, in one line; a message that was not taken says why. */
export function Told({ alert }: { alert: Alert }) {
  const told = toldOf(alert);
  const sent = told.filter(({ state }) => state === "sent").map(({ name }) => name);
  return (
    <>
      {sent.length > 0 && <>told {sent.join(", ")}</>}
      {told
        .filter(({ state }) => state !== "sent")
        .map(({ id, name, state, error }, index) => (
          <span key={id} className={state === "failed" || error ? "text-bad-ink" : undefined}>
            {(index > 0 || sent.length > 0) && " · "}
            {error
              ? `${name} did not take it${state === "failed" ? "" : " yet"}: ${error.replace(/\.$/, "")}`
              : `${name} is being told`}
          </span>
        ))}
    </>
  );
}
