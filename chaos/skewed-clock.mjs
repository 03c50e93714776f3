/** Preloaded into a process: its wall clock is CLOCK_SKEW_MS off, as on a machine that lost its time server. */
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0);
const TrueDate = Date;
const trueNow = TrueDate.now.bind(TrueDate);
const trueOrigin = performance.timeOrigin;

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [trueNow() + skewMs] : given, newTarget),
  apply: () => new TrueDate(trueNow() + skewMs).toString(),
  get: (target, name, receiver) =>
    name === "now" ? () => trueNow() + skewMs : Reflect.get(target, name, receiver),
});
Object.defineProperty(performance, "timeOrigin", { get: () => trueOrigin + skewMs, configurable: true });
