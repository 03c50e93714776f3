import { hidden, type ReadAddress } from "../envelope.ts";

/** Rollcall's own URLs: `/hooks/{accessKey}/{action}`. */
export const readRollcallAddress: ReadAddress = (path, query, pairs) => {
  const match = /^\/hooks\/([^/]+)(?:\/([^/]*))?\/?$/.exec(path);
  if (!match) return null;
  const action = match[2] ?? "";
  return {
    dialect: "rollcall",
    key: match[1] ?? "",
    action,
    query: pairs,
    shownPath: `/hooks/${hidden}/${action}`,
    shownQuery: query,
  };
};
