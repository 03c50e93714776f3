import type { ApiToken } from "#lib/api/token-shapes.ts";
import { useBlocked } from "../shell/person.tsx";
import { Ago, ShortWhen } from "../time/moment.tsx";
import { Button } from "../ui/button.tsx";
import { Pill } from "../ui/pill.tsx";
import { Tag } from "../ui/tag.tsx";
import { scopeWords } from "./token-words.ts";

type Props = { tokens: readonly ApiToken[]; onRevoke: (token: ApiToken) => void };

/** A line for each token: its name and beginning, what it may do, when it was used last. */
export function TokenTable({ tokens, onRevoke }: Props) {
  if (tokens.length === 0) return null;
  return (
    <ul className="text-fine">
      {tokens.map((token) => (
        <li
          key={token.id}
          className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1 border-t border-line-soft py-3 last:border-b max-md:grid-cols-1"
        >
          <div className="min-w-0">
            <h3 className="flex flex-wrap items-center gap-2 text-body font-[540] [overflow-wrap:anywhere]">
              {token.fromEnvironment ? "From the environment" : token.name}
              {token.state !== "active" && (
                <Pill tone="idle" small>
                  {token.state === "revoked" ? "Revoked" : "Expired"}
                </Pill>
              )}
            </h3>
            <span className="block text-small text-ink-3">
              {token.prefix && (
                <>
                  <code>{token.prefix}…</code> ·{" "}
                </>
              )}
              {token.fromEnvironment ? "ROLLCALL_API_TOKEN" : `made by ${token.createdBy ?? "somebody"}`}
            </span>
          </div>
          <div className="min-w-0">
            <span className="flex flex-wrap gap-1">
              {scopeWords(token).map((word) => (
                <Tag key={word}>{word}</Tag>
              ))}
            </span>
            <span className="mt-1 block text-small text-ink-3">
              {token.lastUsedAt ? (
                <>
                  used <Ago at={token.lastUsedAt} />
                </>
              ) : (
                "never used"
              )}
              {token.expiresAt && token.state === "active" && (
                <>
                  {" "}
                  · until <ShortWhen at={token.expiresAt} />
                </>
              )}
            </span>
          </div>
          <Revoke token={token} onRevoke={onRevoke} />
        </li>
      ))}
    </ul>
  );
}

function Revoke({ token, onRevoke }: { token: ApiToken; onRevoke: Props["onRevoke"] }) {
  const blocked = useBlocked("owner");
  if (token.state !== "active") return null;
  const fixed = token.fromEnvironment ? "It comes from the environment, and is taken away there" : null;
  return (
    <Button
      size="small"
      aria-label={`Revoke ${token.name}`}
      blocked={blocked ?? fixed}
      onClick={() => onRevoke(token)}
      className="max-md:justify-self-start"
    >
      Revoke
    </Button>
  );
}
