"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useNavigation } from "../navigation/navigation.tsx";
import { ApiFailure } from "../query/api.ts";
import { Note } from "../ui/note.tsx";

/** Says so when this tab reads on after its session ended elsewhere, and leads back to where it is. */
export function SignedOut() {
  const { pathname } = useNavigation();
  const cache = useQueryClient().getQueryCache();
  const ended = useSyncExternalStore(
    (told) => cache.subscribe(told),
    () => cache.getAll().some(({ state: { error } }) => error instanceof ApiFailure && error.status === 401),
    () => false,
  );
  if (!ended) return null;
  return (
    <div className="fixed inset-x-4 top-4 z-60 mx-auto w-fit max-w-[calc(100%-32px)] rounded-control shadow-3 max-sm:top-16">
      <Note tone="wait" role="alert">
        <b>You are signed out.</b> What stands here is no longer kept up to date.{" "}
        <a href={`/sign-in?next=${encodeURIComponent(pathname)}`} className="link tap">
          Sign in again
        </a>
      </Note>
    </div>
  );
}
