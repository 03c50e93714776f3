"use client";

import type { DestinationKindJson } from "#lib/api/destination-shapes.ts";
import { DiscourseFields } from "./discourse-fields.tsx";
import { HttpFields } from "./http-fields.tsx";
import { SchemaFields } from "./schema-fields.tsx";
import type { FieldsProps } from "./settings-values.ts";
import { WordPressFields } from "./wordpress-fields.tsx";

/** The settings and secrets of one kind of destination, in words where it has a form of its own. */
export function KindFields({ kind, ...props }: FieldsProps & { kind: DestinationKindJson }) {
  if (kind.kind === "wordpress") return <WordPressFields {...props} />;
  if (kind.kind === "http") return <HttpFields {...props} />;
  if (kind.kind === "discourse") return <DiscourseFields {...props} />;
  return <SchemaFields kind={kind} {...props} />;
}
