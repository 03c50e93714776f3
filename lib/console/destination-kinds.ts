import { z } from "zod";
import type { DestinationKindJson } from "../api/destination-shapes.ts";
import { destinationKinds } from "../destinations/registry.ts";

const jsonSchema = (schema: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

/** What the forms offer, by kind of destination. */
export function listDestinationKinds(): { items: DestinationKindJson[]; nextCursor: null } {
  const items = Object.values(destinationKinds).map((kind) => ({
    kind: kind.kind,
    label: kind.label,
    settingsSchema: jsonSchema(kind.settings),
    secretsSchema: jsonSchema(kind.secrets),
    secretNames: [...kind.secretNames],
    madeSecrets: Object.keys(kind.makeSecrets()),
    canRotate: kind.rotateSecrets !== null,
    defaults: kind.defaults,
    eventSchema: kind.eventSchema?.() ?? null,
  }));
  return { items, nextCursor: null };
}
