import { expect, test } from "vitest";
import { sentenceOf, sentenceText } from "./sentence.ts";

const actor = { actor_kind: "user", actor_id: "1182", actor_label: "Priya Raman" };

test.each([
  [
    "audit",
    { ...actor, action: "UPDATE", object_type: "Invoice", object_id: "7", object_label: "INV-20418" },
    "Priya Raman updated Invoice INV-20418",
  ],
  ["audit", { ...actor, action: "LOGIN", object_type: "", object_id: "" }, "Priya Raman signed in"],
  [
    "audit",
    { actor_kind: "anonymous", action: "REASSIGN_TASK", object_type: "task", object_id: "9" },
    "Anonymous did “Reassign task” to task 9",
  ],
  ["logins", { username: "jsmth", status: "FAILED" }, "jsmth failed to sign in"],
  ["logins", { username: "", status: "BLOCKED" }, "Somebody without a name was kept from signing in"],
  [
    "exports",
    { ...actor, export_type: "payroll", record_count: "1940", status: "completed" },
    "Priya Raman exported payroll, 1,940 rows",
  ],
  ["events", { event_type: "ERROR", title: "connect ETIMEDOUT" }, "Error connect ETIMEDOUT"],
] as const)("a record of %s reads as a sentence", (kind, row, sentence) => {
  expect(sentenceText(sentenceOf(kind, row))).toBe(sentence);
});
