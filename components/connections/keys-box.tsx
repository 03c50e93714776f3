"use client";

import { useQuery } from "@tanstack/react-query";
import { keysQuery } from "../keys/key-queries.ts";
import { ButtonLink } from "../ui/button.tsx";

/** How automations call this connection: by keys, which are made on their own page. */
export function KeysBox({ connectionId }: { connectionId: string }) {
  const { data } = useQuery(keysQuery(connectionId));
  const keys = data?.items.filter((key) => key.purpose === "automation" && key.state === "active");
  return (
    <section className="rounded-box border border-line bg-raised px-4 pt-3.5 pb-4">
      <h2 className="mb-1 text-box">In your automations</h2>
      <p className="text-small text-ink-2">
        {keys && keys.length > 0
          ? `${keys.length === 1 ? "1 key belongs" : `${keys.length} keys belong`} to this connection: ${keys.map((key) => key.name).join(", ")}. `
          : "An automation calls a URL with a key in it. "}
        A key is shown once, when it is made.
      </p>
      <div className="mt-3 flex gap-2">
        <ButtonLink size="small" href={`/access-keys?new=${connectionId}`}>
          Make a URL
        </ButtonLink>
        <ButtonLink size="small" tone="quiet" href="/access-keys">
          See keys
        </ButtonLink>
      </div>
    </section>
  );
}
