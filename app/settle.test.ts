import { afterEach, expect, test, vi } from "vitest";
import { Denial } from "./denial.ts";
import { settle } from "./settle.ts";

afterEach(() => vi.restoreAllMocks());

test("a value passes through", async () => {
  await expect(settle("the count", Promise.resolve(7))).resolves.toEqual({ value: 7 });
});

test.each([
  ["57014", "The database did not answer in time."],
  ["ECONNREFUSED", "The database could not be reached."],
  ["CONNECT_TIMEOUT", "The database could not be reached."],
  ["57P01", "The database could not be reached."],
  ["42P01", "The database is not set up for this version of the console."],
  ["22012", "Something went wrong on the server."],
])("code %s is explained without a word of the error itself", async (code, because) => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const error = Object.assign(new Error("relation secret_table"), { code });
  const settled = await settle("the count", Promise.reject(error));
  expect(settled).toEqual({
    failure: { because, reference: expect.stringMatching(/^[0-9a-f]{4}-[0-9a-f]{4}$/) },
  });
  const reference = "failure" in settled ? settled.failure.reference : "";
  expect(log).toHaveBeenCalledWith(
    expect.stringContaining(`[${reference}] the count could not be read`),
    error,
  );
});

test("a right that is missing is no failure: it is named, and nothing is logged", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const settled = await settle("the viewer", Promise.reject(new Denial("exports.view")));
  expect(settled).toMatchObject({ failure: { needs: "exports.view" } });
  expect(log).not.toHaveBeenCalled();
});
