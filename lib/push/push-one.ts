import type { Db } from "#db/client.ts";
import type { Pushed } from "../destinations/contract.ts";
import { GiveUp, RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { noteFailure, noteSuccess, passBreakers } from "../queue/breaker.ts";
import { sha256 } from "../secrets.ts";
import { nextDelaySeconds } from "../sync/backoff.ts";
import { breakerOf, type OpenDestination } from "./open-destination.ts";
import type { PushResult } from "./settle.ts";
import { stopDestination } from "./states.ts";
import type { Target } from "./targets.ts";
import { readViews, type ShownView, withPassword } from "./view.ts";

/**
 * Pushes one member to one destination and says how it ended; never throws for what a site does. Null when the member
 * is gone and the site has nothing of them. Safe to repeat: clients read before they write.
 */
export async function pushOne(db: Db, open: OpenDestination, target: Target): Promise<PushResult | null> {
  const breaker = breakerOf(open.row.id);
  const pass = await passBreakers(db, [breaker]);
  if (pass.rest)
    return {
      status: "stopped",
      reason: pass.rest.reason,
      detail: pass.rest.detail,
      retryIn: null,
      retryAt: pass.rest.until,
    };
  try {
    const result = await call(db, open, target);
    await noteSuccess(db, [breaker], { probe: pass.probe });
    return result;
  } catch (error) {
    return failed(db, open, target, error, pass.probe);
  }
}

async function call(db: Db, open: OpenDestination, target: Target): Promise<PushResult | null> {
  const [view] = await readViews(db, [target.memberId]);
  if (!view) return null;
  const known = { externalId: target.externalId, memory: target.memory };
  const id = pushId(open.row.id, target);
  if (target.want === "unlink") return toResult(await open.client.unlink(view, known, { id }), null, null);
  const whole = withPassword(view, { sealed: target.password, why: target.passwordWhy });
  const digest = open.client.digest(whole);
  if (digest === target.digest && !target.forced && !whole.password && !target.partReason)
    return toResult({ status: "unchanged", known, left: null }, digest, view);
  return toResult(await open.client.push(whole, known, { id }), digest, view);
}

/** A UUID v7 of the moment of the wish: the same for every attempt at it. */
function pushId(destinationId: string, { memberId, version, wantedMs }: Target): string {
  const time = Math.floor(wantedMs).toString(16).padStart(12, "0");
  const rest = sha256(`${destinationId} ${memberId} ${version}`);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}

function toResult(pushed: Pushed, digest: string | null, sent: ShownView | null): PushResult {
  if (pushed.status === "refused") return { ...pushed, retryIn: null, retryAt: null };
  const { known } = pushed;
  const shared = { known, digest, sent, made: false, changes: [], left: null, why: null };
  if (pushed.status === "skipped") return { ...shared, status: "skipped", why: pushed.reason };
  const { left } = pushed;
  if (pushed.status === "unchanged") return { ...shared, status: "unchanged", left };
  return { ...shared, status: "done", made: pushed.made, changes: pushed.changes, left };
}

async function failed(
  db: Db,
  open: OpenDestination,
  target: Target,
  error: unknown,
  probe: boolean,
): Promise<PushResult> {
  const destination = open.row.id;
  if (error instanceof GiveUp) {
    const { reason, detail } = error;
    await stopDestination(db, destination, { reason, detail });
    return { status: "stopped", reason, detail, retryIn: null, retryAt: null };
  }
  const known = error instanceof RetryLater;
  const reason = known ? error.reason : "internal";
  const detail = known ? error.detail : null;
  if (!known) log.error({ err: error, destination, member: target.memberId }, "push.failed");
  else await noteFailure(db, breakerOf(destination), { reason, detail, probe });
  const retryIn = nextDelaySeconds(target.attempts, known ? error.retryAfterSeconds : null);
  return { status: retryIn === null ? "dead" : "failed", reason, detail, retryIn, retryAt: null };
}
