import type { Metadata } from "next";
import type { LogInitial } from "#components/deliveries/log-data.ts";
import { resolveRange, rowsQuery } from "#components/deliveries/log-query.ts";
import { loadLogUrl, splitLogUrl } from "#components/deliveries/log-url.ts";
import { Webhooks } from "#components/deliveries/webhooks.tsx";
import { deliveryQuery } from "#lib/api/delivery-shapes.ts";
import { requireSession } from "#lib/auth/require-session.ts";
import { listDeliveries } from "#lib/console/deliveries.ts";
import { countDeliveries } from "#lib/console/delivery-counts.ts";
import { listFloods } from "#lib/console/floods.ts";
import { database } from "#lib/database.ts";

export const metadata: Metadata = { title: "Webhooks" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function WebhooksPage({ searchParams }: Props) {
  await requireSession();
  const startMs = Date.now();
  const initial = await readInitial(await loadLogUrl(searchParams), startMs);
  const everArrived = initial === null || initial.list.items.length > 0 || (await anyDelivery());
  return <Webhooks initial={initial} startMs={startMs} everArrived={everArrived} />;
}

const anyDelivery = async () => (await listDeliveries(database(), { limit: 1 })).items.length > 0;

/** The first page of the log; null when the address holds what the API would refuse, so that the page can say why. */
async function readInitial(
  url: Awaited<ReturnType<typeof loadLogUrl>>,
  nowMs: number,
): Promise<LogInitial | null> {
  const { filter, range } = splitLogUrl(url);
  const query = deliveryQuery.safeParse(rowsQuery(filter, resolveRange(range, nowMs)));
  if (!query.success) return null;
  const { limit, cursor, floods: folded, ...rest } = query.data;
  // The rows fold floods also where the filter does not ask for it; the chart counts them all the same.
  const selection = filter.floods ? { ...rest, floods: folded } : rest;
  const [list, counts, floods] = await Promise.all([
    listDeliveries(database(), query.data),
    countDeliveries(database(), selection),
    listFloods(database(), { connection: selection.connection, limit: 100 }),
  ]);
  return { nowMs, list, counts, floods, filter, range };
}
