import { alertEndpoints } from "./alert-endpoints.ts";
import { careEndpoints } from "./care-endpoints.ts";
import { crmEndpoints } from "./crm-endpoints.ts";
import { destinationEndpoints } from "./destination-endpoints.ts";
import { floodEndpoints } from "./flood-endpoints.ts";
import { logEndpoints } from "./log-endpoints.ts";
import { peopleEndpoints } from "./people-endpoints.ts";
import { personEndpoints } from "./person-endpoints.ts";
import { reconcileEndpoints } from "./reconcile-endpoints.ts";
import { tokenEndpoints } from "./token-endpoints.ts";

/** Every operation of the API: the routes take their schemas from here, and so does OpenAPI. */
export const endpoints = {
  ...alertEndpoints,
  ...careEndpoints,
  ...crmEndpoints,
  ...destinationEndpoints,
  ...floodEndpoints,
  ...logEndpoints,
  ...peopleEndpoints,
  ...personEndpoints,
  ...reconcileEndpoints,
  ...tokenEndpoints,
};
