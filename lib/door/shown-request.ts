import { type Address, type DoorRequest, hidingKey, shownHeaders, storable } from "./envelope.ts";

/** The request as it is kept beside its bytes, the access key hidden wherever it stood. */
export function shownRequest(request: DoorRequest, address: Address) {
  const hide = hidingKey(address.key);
  return {
    remoteAddress: storable(request.remoteAddress, 60),
    method: request.method,
    path: storable(hide(address.shownPath), 500),
    query: storable(hide(address.shownQuery), 4000),
    headers: shownHeaders(request.headers, hide),
  };
}
