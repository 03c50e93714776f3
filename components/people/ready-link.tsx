import type { PersonWithLink } from "#lib/api/person-shapes.ts";
import { Glyph } from "../status/glyph.tsx";
import { ShortWhen } from "../time/moment.tsx";
import { ShownOnce } from "../ui/shown-once.tsx";

/** The link on which a person chooses a password, shown once, with whom to send it to. */
export function ReadyLink({ made, onClose }: { made: PersonWithLink; onClose: () => void }) {
  return (
    <ShownOnce
      glyph={<Glyph name="synced" size={18} />}
      title={`The link for ${made.name} is ready`}
      what="link"
      secret={made.url}
      onClose={onClose}
    >
      {() => (
        <p className="mt-3 text-small text-ink-2 [overflow-wrap:anywhere]">
          Send it to {made.email}; Rollcall sends nothing. It works once
          {made.inviteExpiresAt && (
            <>
              , until <ShortWhen at={made.inviteExpiresAt} />
            </>
          )}
          . Who holds it signs in as {made.name}.
        </p>
      )}
    </ShownOnce>
  );
}
