import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeFolder, StateFile } from "./state.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "annals-state-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("StateFile", () => {
  it("begins with a secret of its own and gives back what was written", async () => {
    const file = new StateFile(folder, undefined);
    const state = await file.read();
    expect(state.secret).toMatch(/^[\w-]{43}$/);
    expect((await file.read()).secret).not.toBe(state.secret);
    await file.write({ ...state, storyTold: true, consolePasswords: { support: "x" } });
    expect(await file.read()).toEqual({ ...state, storyTold: true, consolePasswords: { support: "x" } });
  });

  it("is for its owner's eyes alone, and leaves nothing beside it", async () => {
    const file = new StateFile(folder, undefined);
    await file.write(await file.read());
    expect(readdirSync(folder)).toEqual(["state.json"]);
    expect(statSync(join(folder, "state.json")).mode & 0o777).toBe(0o600);
  });

  it("keeps one state for each database, whoever connects to it", async () => {
    const file = new StateFile(folder, "postgres://ada:old@db.example/shop");
    const state = await file.read();
    await file.write(state);
    expect(await new StateFile(folder, "postgres://ada:new@db.example/shop").read()).toEqual(state);
    expect(await new StateFile(folder, "postgres://ada:old@db.example/other").read()).not.toEqual(state);
    expect(await new StateFile(folder, undefined).read()).not.toEqual(state);
  });

  it("names a file that is damaged, and says what to do", async () => {
    writeFileSync(join(folder, "state.json"), '{"secret": ');
    const reading = new StateFile(folder, undefined).read();
    await expect(reading).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: /state\.json/,
      hint: /Delete/,
    });
  });
});

describe("the folder of the demo", () => {
  it("is made with those above it, and made again is left alone", async () => {
    const deep = join(folder, "a", "b");
    await makeFolder(deep);
    await makeFolder(deep);
    expect(readdirSync(deep)).toEqual([]);
  });

  it.each(["/proc/annals", "/proc/annals/deep", "/dev/null/annals"])(
    "is refused at once where there can be none, as %s",
    async (place) => {
      await expect(makeFolder(place)).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        message: expect.stringMatching(`^Cannot make the folder ${place} \\((ENOENT|ENOTDIR|EACCES)\\)$`),
        hint: expect.stringContaining("--data DIR"),
      });
    },
  );
});
