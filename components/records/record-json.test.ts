import { expect, test } from "vitest";
import { recordJson } from "./record-json.ts";

test("numbers keep every digit, JSON is JSON, and the rest is as it stands", () => {
  expect(
    recordJson({
      seq: "9007199254740993",
      action: "UPDATE",
      changes: '{"total": {"old": 12.50, "new": 1e400}}',
      changed_fields: ["total"],
      resolved: false,
      reason: null,
      object_id: "42",
    }),
  ).toBe(
    '{"seq":9007199254740993,"action":"UPDATE","changes":{"total":{"old":12.50,"new":1e400}},"changed_fields":["total"],"resolved":false,"reason":null,"object_id":"42"}',
  );
});
