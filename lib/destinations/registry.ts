import type { DestinationKind } from "./contract.ts";
import { discourse } from "./discourse/discourse.ts";
import { http } from "./http/http.ts";
import { wordpress } from "./wordpress/wordpress.ts";

/** Every kind of destination; a new one is a folder and a line here. */
export const destinationKinds: Record<"wordpress" | "http" | "discourse", DestinationKind> = {
  wordpress,
  http,
  discourse,
};
