import type { CrmClient, Opened } from "../contract.ts";
import { openCatalog } from "./catalog.ts";
import { openContactReader } from "./contacts.ts";
import { readEventSaid } from "./event-said.ts";
import { readAll } from "./pages.ts";
import { openRegistration } from "./registration.ts";
import { testConnection } from "./test-connection.ts";
import { shapes } from "./wire.ts";
import { openWrites } from "./writes.ts";

/** A client of one ActiveCampaign account; names of tags and fields are kept as long as it is. */
export function openClient(host: Opened): CrmClient {
  const catalog = openCatalog(host);
  const reader = openContactReader(host, catalog);
  return {
    load: (ids, options = {}) => reader.load(ids, options.slotTaken ?? false),
    findByEmail: reader.findByEmail,
    readEvent: (pairs) => readEventSaid(pairs, catalog.known),
    changed: reader.changed,
    ...openWrites(host, catalog),
    fields: catalog.fields,
    async lists() {
      const pages = await readAll(host, "lists", shapes.lists, (page) => page.lists);
      return pages.flatMap((page) => page.lists);
    },
    test: (expects) => testConnection(host, catalog, expects),
    ...openRegistration(host),
  };
}
