import fc from "fast-check";
import { expect, test } from "vitest";
import { priorities } from "./enqueue.ts";
import { shareSlots } from "./share-slots.ts";

const unlimited = 1000;
const ask = (connectionId: string, priority: number = priorities.update, most = unlimited) => ({
  connectionId,
  priority,
  most,
});

test("a crowd of one connection leaves room for another, and two crowds for a third", () => {
  const slots = shareSlots(100);
  const takeAll = (id: string) => {
    let taken = 0;
    while (slots.take(ask(id))) taken += 1;
    return taken;
  };
  expect(takeAll("a")).toBe(80);
  expect(slots.full()).toEqual(["shared:a"]);
  expect(takeAll("b")).toBe(16);
  expect(slots.take(ask("a", priorities.add))).toBeNull();
  expect(slots.take(ask("c"))).not.toBeNull();
  expect(slots.take(ask("a", priorities.person))).not.toBeNull();
});

test("a connection with a small budget has no more everyday runs than it bears, but new members go first", () => {
  const slots = shareSlots(100);
  const give = Array.from({ length: 5 }, () => slots.take(ask("a", priorities.update, 5)));
  expect(slots.take(ask("a", priorities.retry, 5))).toBeNull();
  expect(slots.full()).toEqual(["everyday:a"]);
  slots.take(ask("a", priorities.add, 5))?.();
  give[0]?.();
  expect(slots.full()).toBeNull();
  expect(slots.take(ask("a", priorities.update, 5))).not.toBeNull();
});

test("whatever is taken and returned, a connection without runs gets a slot while one is free", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 120 }),
      fc.array(fc.tuple(fc.nat(5), fc.boolean()), { maxLength: 300 }),
      (total, steps) => {
        const slots = shareSlots(total);
        const held: (() => void)[] = [];
        for (const [connection, takes] of steps) {
          if (!takes) held.pop()?.();
          else if (held.length < total) {
            const given = slots.take(ask(`c${connection}`));
            if (given) held.push(given);
          }
        }
        const probe = slots.take(ask("new"));
        expect(probe === null).toBe(held.length === total);
        probe?.();
        for (const give of held) give();
        expect(slots.full()).toBeNull();
      },
    ),
  );
});
