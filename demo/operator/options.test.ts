import { describe, expect, it } from "vitest";
import { help, parseOptions } from "./options.ts";

const where = { cwd: "/home/ada/annals", databaseUrl: undefined };

describe("parseOptions", () => {
  it("starts on port 3000 with data in .demo, without history, and opens a browser", () => {
    expect(parseOptions([], where)).toEqual({
      port: 3000,
      data: "/home/ada/annals/.demo",
      databaseUrl: undefined,
      rows: 0,
      open: true,
      json: false,
      dev: false,
      help: false,
    });
  });

  it("reads every flag, and opens no browser for a program", () => {
    const given = parseOptions(
      ["--port=0", "--data", "/tmp/a b", "--rows", "1_000_000", "--dev", "--json"],
      where,
    );
    expect(given).toMatchObject({
      port: 0,
      data: "/tmp/a b",
      rows: 1_000_000,
      dev: true,
      json: true,
      open: false,
    });
    expect(parseOptions(["--no-open"], where).open).toBe(false);
  });

  it.each([
    [["--colour"], /--colour/],
    [["start"], /start/],
    [["--port"], /--port/],
    [["--port", "http"], /--port is "http"/],
    [["--port", "65536"], /--port is "65536"/],
    [["--port", "-1"], /--port/],
    [["--rows", "1e6"], /--rows is "1e6"/],
    [["--data", ""], /--data is empty/],
  ])("refuses %j, naming what is wrong", (args, message) => {
    const attempt = () => parseOptions(args, where);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringMatching(message) }),
    );
  });

  it("takes DATABASE_URL, and refuses another kind of address without showing it", () => {
    const databaseUrl = "postgresql://ada@localhost/shop";
    expect(parseOptions([], { ...where, databaseUrl }).databaseUrl).toBe(databaseUrl);
    expect(parseOptions([], { ...where, databaseUrl: "" }).databaseUrl).toBeUndefined();
    const attempt = () => parseOptions([], { ...where, databaseUrl: "mysql://root:hunter2@localhost/shop" });
    expect(attempt).toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.not.stringContaining("hunter2") }),
    );
  });

  it("explains every flag that it knows", () => {
    for (const flag of ["--port", "--data", "--rows", "--no-open", "--json", "--dev", "--help"]) {
      expect(help).toContain(`  ${flag} `);
    }
  });
});
