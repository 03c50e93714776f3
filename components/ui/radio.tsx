import type { ComponentProps } from "react";

/** One of a group: give all the same `name`; arrow keys move between them. */
export function Radio(props: Omit<ComponentProps<"input">, "type">) {
  return <input {...props} type="radio" className="radio-dot" />;
}
