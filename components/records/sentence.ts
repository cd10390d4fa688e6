import type { Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { actorName } from "../fields/actor-name.ts";
import { choiceLabel } from "../fields/choice-label.ts";
import { groupDigits } from "../fields/figures.ts";
import { markOf, readable } from "../fields/marks.ts";
import { type Row, textOf } from "../fields/row.ts";

/** A record as a sentence in three parts: who, did, what. */
export interface Sentence {
  who: string;
  did: string;
  what: string;
}

export function sentenceOf(kind: Kind, row: Row): Sentence {
  switch (kind) {
    case "audit":
      return auditSentence(row);
    case "logins":
      return {
        who: textOf(row, "username") || "Somebody without a name",
        did: loginVerbs[textOf(row, "status")] ?? "tried to sign in",
        what: "",
      };
    case "exports": {
      const rows = textOf(row, "record_count");
      const type = textOf(row, "export_type") || "records";
      return {
        who: actorName(row),
        did: exportVerbs[textOf(row, "status")] ?? "exported",
        what: rows ? `${type}, ${groupDigits(rows)} ${rows === "1" ? "row" : "rows"}` : type,
      };
    }
    case "events": {
      const level = definitions.events.fields.level;
      const word = level ? choiceLabel(level, textOf(row, "event_type")) : textOf(row, "event_type");
      return { who: "", did: word, what: textOf(row, "title") };
    }
  }
}

export function sentenceText({ who, did, what }: Sentence): string {
  return [who, did, what].filter(Boolean).join(" ");
}

function auditSentence(row: Row): Sentence {
  const action = textOf(row, "action");
  const name = textOf(row, "object_label") || textOf(row, "object_id");
  const object = [textOf(row, "object_type"), name].filter(Boolean).join(" ");
  const who = actorName(row);
  if (action === "LOGIN" || action === "LOGOUT")
    return { who, did: action === "LOGIN" ? "signed in" : "signed out", what: "" };
  if (action === "LOGIN_FAILED") return { who, did: "failed to sign in", what: "" };
  const word = markOf("action", action)?.word;
  return {
    who,
    did: word ? word.toLowerCase() : `did “${readable(action)}” to`,
    what: object || "nothing in particular",
  };
}

const loginVerbs: Record<string, string> = {
  SUCCESS: "signed in",
  FAILED: "failed to sign in",
  BLOCKED: "was kept from signing in",
};

const exportVerbs: Record<string, string> = {
  started: "began to export",
  completed: "exported",
  failed: "failed to export",
};
