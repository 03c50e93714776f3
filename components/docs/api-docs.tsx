"use client";

import { useQuery } from "@tanstack/react-query";
import { PageHead } from "../shell/page.tsx";
import { buttonClass } from "../ui/button.tsx";
import { CopyField } from "../ui/copy-field.tsx";
import { FailedState } from "../ui/empty-state.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { apiDescriptionQuery, groupsOf } from "./api-description.ts";
import { OperationBox } from "./operation-box.tsx";

const titleOf = (name: string) => {
  const words = name.replaceAll("-", " ").replace(".json", "");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

/** What a site and its scripts can ask of Rollcall, made from the description that machines read. */
export function ApiDocs() {
  const { data, error, refetch } = useQuery(apiDescriptionQuery());
  const server = data?.servers[0]?.url ?? "";
  const groups = data ? groupsOf(data) : [];
  return (
    <>
      <PageHead
        title="API docs"
        lead="Everything this console does, a script can do too. It speaks JSON, and failures say what is wrong and what to do."
        actions={
          <a href="/api/openapi.json" className={buttonClass()} target="_blank" rel="noreferrer">
            OpenAPI as JSON
          </a>
        }
      />
      {error ? (
        <FailedState what="The description of the API" error={error} onRetry={refetch} />
      ) : !data ? (
        <SkeletonRows rows={8} label="Reading the description of the API" />
      ) : (
        <div className="mt-6 grid grid-cols-[minmax(0,1fr)_200px] items-start gap-10 max-lg:grid-cols-1">
          <div className="grid gap-8">
            <SignInPart server={server} />
            {groups.map(({ name, operations }) => (
              <section key={name} id={name} className="scroll-mt-6">
                <h2 className="mb-3 text-part tracking-[-0.01em]">{titleOf(name)}</h2>
                <div className="overflow-hidden rounded-box border border-line bg-raised">
                  {operations.map((operation) => (
                    <OperationBox key={operation.id} operation={operation} server={server} />
                  ))}
                </div>
              </section>
            ))}
          </div>
          <nav aria-label="On this page" className="sticky top-6 grid gap-0.5 text-fine max-lg:hidden">
            {groups.map(({ name }) => (
              <a
                key={name}
                href={`#${name}`}
                className="rounded-control px-2 py-1 text-ink-2 hover:bg-hover hover:text-ink"
              >
                {titleOf(name)}
              </a>
            ))}
          </nav>
        </div>
      )}
    </>
  );
}

function SignInPart({ server }: { server: string }) {
  return (
    <section>
      <h2 className="text-part tracking-[-0.01em]">Signing in</h2>
      <p className="mt-1 mb-3 max-w-[66ch] text-ink-2">
        Send an API token with each call. The first one is the setting <code>ROLLCALL_API_TOKEN</code>, 32
        characters or more. Lists come in pages: pass <code>nextCursor</code> back as <code>cursor</code>.
      </p>
      <CopyField
        label="Copy the example"
        text={`curl "${server}/api/v1/deliveries?status=failed,dead" \\\n  -H "Authorization: Bearer $ROLLCALL_API_TOKEN"`}
      />
      <p className="mt-3 max-w-[66ch] text-ink-2">
        A failure is <code>{'{"error":{"code","message","details"}}'}</code> with a status of 400 or more.
      </p>
    </section>
  );
}
