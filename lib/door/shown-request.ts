import { type Address, type DoorRequest, shownHeaders, storable } from "./envelope.ts";

/** The request as it is kept beside its bytes, the access key hidden wherever it stood. */
export function shownRequest(request: DoorRequest, address: Address) {
  return {
    remoteAddress: storable(request.remoteAddress, 60),
    method: request.method,
    path: storable(address.shownPath, 500),
    query: storable(address.shownQuery, 4000),
    headers: shownHeaders(request.headers, address.key),
  };
}
