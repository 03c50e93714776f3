import { hidden, type ReadAddress } from "../envelope.ts";
import { firstOf } from "../pairs.ts";

/**
 * WP Fusion's URLs: `/?wpf_action=add&access_key=K` (its webhook documentation), under any path, because a WordPress may
 * live in a folder and an owner only swaps the host.
 */
export const readWpFusionAddress: ReadAddress = (path, query, pairs) => {
  const action = firstOf(pairs, "wpf_action");
  if (action === null) return null;
  return {
    dialect: "wp-fusion",
    key: firstOf(pairs, "access_key") ?? "",
    action,
    query: pairs,
    shownPath: path,
    shownQuery: query.replace(/(^|&)access_key=[^&]*/g, `$1access_key=${hidden}`),
  };
};
