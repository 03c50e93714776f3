import fc from "fast-check";
import { expect, test } from "vitest";
import { openAdmission } from "./admission.ts";

const never = () => undefined;

test("beyond its limits the door lets nobody in, and everybody again when the first have left", () => {
  const door = openAdmission(never, { maxInFlight: 2, maxBytes: 100 });
  const first = door.enter();
  const second = door.enter();
  expect(door.enter()).toBeNull();
  expect(first?.hold(60)).toBe(true);
  expect(second?.hold(60)).toBe(false);
  expect(second?.hold(40)).toBe(true);
  first?.leave();
  expect(door.enter()?.hold(60)).toBe(true);
  door.close();
});

test("whatever comes and goes, no more is held than the limits say, and nothing is left when all have left", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5), fc.nat(60)), { maxLength: 200 }), (steps) => {
      const limits = { maxInFlight: 4, maxBytes: 100 };
      const door = openAdmission(never, limits);
      const inside: NonNullable<ReturnType<typeof door.enter>>[] = [];
      for (const [kind, bytes] of steps) {
        if (kind < 2) inside.push(...[door.enter()].filter((one) => one !== null));
        else if (kind < 4) inside.at(-1)?.hold(bytes);
        else inside.shift()?.leave();
        expect(door.held().requests).toBeLessThanOrEqual(limits.maxInFlight);
        expect(door.held().bytes).toBeLessThanOrEqual(limits.maxBytes);
      }
      for (const one of inside) one.leave();
      expect(door.held()).toEqual({ requests: 0, bytes: 0 });
      door.close();
    }),
  );
});

test("a stretch in which it was full is told once, with its count, when it is over", () => {
  const told: number[] = [];
  const door = openAdmission((stretch) => told.push(stretch.requests), { maxInFlight: 1, maxBytes: 10 });
  door.enter();
  for (let extra = 0; extra < 3; extra++) door.enter();
  expect(told).toEqual([]);
  door.close();
  door.close();
  expect(told).toEqual([3]);
});
