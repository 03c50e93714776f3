/**
 * A remedy without what an alert about resting calls says already: that nothing is lost, that the member is right, and
 * that Rollcall tries again by itself.
 */
export const saidOnce = (remedy: string): string =>
  remedy
    .replace(/^Nothing is lost\. /, "")
    .replace(/^The member is right in Rollcall(, and it (tries again|goes on) by itself[^.]*)?\. ?/, "")
    .replace(/; Rollcall tries again by itself\./, ".")
    .replace(/Rollcall tries again by itself; if/, "If")
    .replace(/Rollcall (tries again by itself|waits[^.]*, then goes on)\. ?/, "")
    .trim();
