/** The pattern of `like` for what begins with a text, in lower case; its own wildcards stand for themselves. */
export const beginsWith = (text: string): string =>
  `${text
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, "\\$&")}%`;
