/**
 * The caller's address. The forwarded-for header counts only when a proxy in front is trusted (TRUST_PROXY), and then
 * only its last entry, which that proxy itself wrote.
 */
export function callerAddress(
  socketAddress: string | undefined,
  forwardedFor: string | null,
  trustProxy: boolean,
): string {
  const forwarded = trustProxy ? forwardedFor?.split(",").at(-1)?.trim() : undefined;
  return (forwarded || socketAddress || "unknown").replace(/^::ffff:(?=\d+\.)/i, "").slice(0, 60);
}
