import { hidden, type ReadAddress } from "../envelope.ts";
import { firstOf } from "../pairs.ts";

/** WP Fusion's URLs, so that an owner only swaps the host: `/?wpf_action=add&access_key=K` (its webhook documentation). */
export const readWpFusionAddress: ReadAddress = (path, query, pairs) => {
  if (path !== "/" && path !== "/index.php") return null;
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
