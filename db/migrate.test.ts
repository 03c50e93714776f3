import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { type TestDatabase, testDatabase } from "./testing.ts";

let base: TestDatabase;
beforeAll(async () => {
  base = await testDatabase();
});
afterAll(() => base.close());

test("a migrated database has the schema, the queue and the partitions of today and the next days", async () => {
  const [row] = await base.db.$client`
    select to_regclass('public.deliveries') is not null as deliveries,
           to_regclass('graphile_worker.jobs') is not null as jobs,
           (select count(*)::int from pg_inherits where inhparent = 'public.deliveries'::regclass) as partitions`;
  expect(row).toEqual({ deliveries: true, jobs: true, partitions: 9 });
});

test("processes that start together on an empty database all find it migrated", async () => {
  await base.db.$client`drop schema public cascade`;
  await base.db.$client`drop schema drizzle cascade`;
  await base.db.$client`drop schema graphile_worker cascade`;
  await base.db.$client`create schema public`;
  await Promise.all([migrate(base.url), migrate(base.url), migrate(base.url)]);
  const [row] = await base.db.$client`select to_regclass('graphile_worker.jobs') is not null as there`;
  expect(row?.there).toBe(true);
});
