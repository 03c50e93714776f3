"use client";

import { useState } from "react";
import { useNavigation } from "../navigation/navigation.tsx";
import { ErasePerson } from "../settings/erase-person.tsx";
import { useBlocked } from "../shell/person.tsx";
import { Button } from "../ui/button.tsx";

/** The way to forget this member: asks with what goes, and leaves the page when it is done. */
export function MemberErase({ memberId }: { memberId: string }) {
  const [asking, setAsking] = useState(false);
  const { go } = useNavigation();
  return (
    <div>
      <Button tone="quiet" size="small" danger blocked={useBlocked("owner")} onClick={() => setAsking(true)}>
        Erase this person
      </Button>
      {asking && (
        <ErasePerson
          subject={{ memberId }}
          onClose={() => setAsking(false)}
          onErased={() => go("/members")}
        />
      )}
    </div>
  );
}
