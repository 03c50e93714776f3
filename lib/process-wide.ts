/**
 * One value per process under `name`, made on first use. server.ts runs as plain TypeScript and the routes as Next's
 * bundle, so a module exists twice in one process; what must exist once (pools, caches, the recorder) is kept here.
 */
export function processWide<T>(name: string, make: () => T): T {
  const store = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`rollcall.${name}`);
  store[key] ??= make();
  return store[key];
}
