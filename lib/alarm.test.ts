import { expect, test } from "vitest";
import { openAlarm } from "./alarm.ts";

const never = 1_000_000;

test("a ring ends the sleep, and one that came before it ends the next sleep at once", async () => {
  const alarm = openAlarm();
  const sleeping = alarm.sleep(never);
  alarm.ring();
  await sleeping;
  alarm.ring();
  alarm.ring();
  await alarm.sleep(never);
  let awake = false;
  const next = alarm.sleep(never).then(() => {
    awake = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(awake).toBe(false);
  alarm.ring();
  await next;
});

test("a sleep that nobody ends is over after its time", async () => {
  await openAlarm().sleep(1);
});
