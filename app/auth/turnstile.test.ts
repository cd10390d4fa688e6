import { expect, test } from "vitest";
import { Busy, createTurnstile } from "./turnstile.ts";

/** Tasks that end when told to, and the names of those that have started. */
function stage(pass: ReturnType<typeof createTurnstile>) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (key: string, name: string) =>
    pass(key, () => {
      started.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    });
  return { started, run, end: (name: string) => ends.get(name)?.() };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("two tasks run at once, and the third when one has ended", async () => {
  const { started, run, end } = stage(createTurnstile({ width: 2, queue: 10 }));
  const first = run("a", "a");
  run("b", "b");
  run("c", "c");
  await settled();
  expect(started).toEqual(["a", "b"]);
  end("a");
  await expect(first).resolves.toBe("a");
  await settled();
  expect(started).toEqual(["a", "b", "c"]);
});

test("tasks of one key run one after the other and keep no other key waiting", async () => {
  const { started, run, end } = stage(createTurnstile({ width: 2, queue: 10 }));
  run("a", "a1");
  run("a", "a2");
  run("b", "b1");
  await settled();
  expect(started).toEqual(["a1", "b1"]);
  end("a1");
  await settled();
  expect(started).toEqual(["a1", "b1", "a2"]);
});

test("a task that fails makes room for the next", async () => {
  const pass = createTurnstile({ width: 1, queue: 10 });
  await expect(pass("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(pass("a", async () => "yes")).resolves.toBe("yes");
});

test("whoever comes to a full queue is turned away", async () => {
  const { run } = stage(createTurnstile({ width: 1, queue: 1 }));
  run("a", "a");
  run("b", "b");
  await expect(run("c", "c")).rejects.toBeInstanceOf(Busy);
});
