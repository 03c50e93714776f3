import type { Db } from "#db/client.ts";
import type { DestinationClient, Pushed, ShownView } from "../destinations/contract.ts";
import { GiveUp, NotNow, RetryLater } from "../errors.ts";
import { log } from "../log.ts";
import { noteFailure, noteSuccess } from "../queue/breaker.ts";
import { pauseCalls } from "../queue/budget.ts";
import { sha256 } from "../secrets.ts";
import { nextDelaySeconds } from "../sync/backoff.ts";
import { type Gate, Halted, openGate } from "./gate.ts";
import { breakerOf, budgetOf, type OpenDestination } from "./open-destination.ts";
import type { PushResult } from "./settle.ts";
import { stopDestination } from "./states.ts";
import type { Target } from "./targets.ts";
import { readViews, withPassword } from "./view.ts";

/** A site that asks for silence is believed up to so many seconds; then one member tries again. */
const longestSilence = 600;

/**
 * Pushes one member to one destination and says how it ended; never throws for what a site does. `gone` when there is
 * nobody to push, `halted` when the pump stopped before it was done. Safe to repeat: clients read before they write.
 */
export async function pushOne(
  db: Db,
  open: OpenDestination,
  target: Target,
  pump: { pumpId: string; halted: AbortSignal },
): Promise<PushResult | "gone" | "halted"> {
  const [view] = await readViews(db, [target.memberId]);
  if (!view) return "gone";
  const gate = openGate(db, open.row, pump);
  try {
    const result = await call(open, open.clientFor(gate.acquire), target, view);
    if (gate.called()) await noteSuccess(db, [breakerOf(open.row.id)], { probe: gate.probe() });
    return result;
  } catch (error) {
    return error instanceof Halted ? "halted" : failed(db, open, target, error, gate);
  }
}

async function call(
  open: OpenDestination,
  client: DestinationClient,
  target: Target,
  view: ShownView,
): Promise<PushResult> {
  const known = { externalId: target.externalId, memory: target.memory };
  const options = { id: pushId(open.row.id, target), previous: target.sent };
  if (target.want === "unlink") return toResult(await client.unlink(view, known, options), null, null);
  const whole = withPassword(view, { sealed: target.password, why: target.passwordWhy });
  if (!whole) return { status: "refused", reason: "site_password_locked", detail: null, retryIn: null };
  const digest = client.digest(whole);
  if (digest === target.digest && !target.forced && !whole.password && !target.partReason)
    return toResult({ status: "unchanged", known, left: null }, digest, view);
  return toResult(await client.push(whole, known, options), digest, view);
}

/** A UUID v7 of the moment of the wish: the same for every attempt at it. */
function pushId(destinationId: string, { memberId, version, wantedMs }: Target): string {
  const time = Math.floor(wantedMs).toString(16).padStart(12, "0");
  const rest = sha256(`${destinationId} ${memberId} ${version}`);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}

function toResult(pushed: Pushed, digest: string | null, sent: ShownView | null): PushResult {
  if (pushed.status === "refused") return { ...pushed, retryIn: null };
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
  gate: Gate,
): Promise<PushResult> {
  const destination = open.row.id;
  // It stays due: the pump takes nobody while the site rests, and everybody at once when it answers again.
  if (error instanceof NotNow)
    return {
      status: "stopped",
      reason: error.reason,
      detail: error.detail,
      retryIn: null,
    };
  if (error instanceof GiveUp) {
    const { reason, detail } = error;
    await db.transaction((tx) => stopDestination(tx, destination, { reason, detail }));
    return { status: "stopped", reason, detail, retryIn: null };
  }
  const known = error instanceof RetryLater;
  const reason = known ? error.reason : "internal";
  const detail = known ? error.detail : null;
  const asked = known ? error.retryAfterSeconds : null;
  if (!known) log.error({ err: error, destination, member: target.memberId }, "push.failed");
  else await noteFailure(db, breakerOf(destination), { reason, detail, probe: gate.probe() });
  if (asked) await pauseCalls(db, budgetOf(destination), Math.min(asked, longestSilence));
  const retryIn = nextDelaySeconds(target.attempts, asked);
  return { status: retryIn === null ? "dead" : "failed", reason, detail, retryIn };
}
