import type { Kind } from "@/lib/records/define.ts";

/** Where a column stands beside what its field says of it. */
export interface Place {
  /**
   * At hand width a row becomes a short paragraph: who and when on its first line, what was done to what on
   * the second, then the rest. Without a place there the column is left out.
   */
  hand?: "m-who" | "m-act" | "m-ob" | "m-ch";
  /** Shown only where the sheet is 60 rem wide, or 74 rem. */
  from?: "fold" | "wide";
  /** Figures stand at the right, so that they can be compared. */
  figures?: true;
}

/** By kind and field. The time needs no place; any other field that is not named here is folded away first. */
const places: Record<Kind, Record<string, Place>> = {
  audit: {
    actor: { hand: "m-who" },
    action: { hand: "m-act" },
    object: { hand: "m-ob" },
    changes: { hand: "m-ch" },
    module: { from: "fold" },
    ip: { from: "fold" },
    number: { from: "wide", figures: true },
  },
  logins: {
    username: { hand: "m-who" },
    status: { hand: "m-act" },
    failure: { hand: "m-ob" },
    ip: { hand: "m-ch" },
    country: { hand: "m-ch", from: "fold" },
    number: { from: "fold", figures: true },
  },
  exports: {
    actor: { hand: "m-who" },
    exportType: { hand: "m-ob" },
    status: { hand: "m-act" },
    format: { hand: "m-ch" },
    rows: { figures: true },
    size: { figures: true, from: "fold" },
    downloads: { figures: true, from: "fold" },
    number: { from: "wide", figures: true },
  },
  events: {
    level: { hand: "m-act" },
    title: { hand: "m-who" },
    occurrences: { figures: true, from: "fold" },
    module: { from: "fold" },
    actor: { hand: "m-ob" },
    resolved: { hand: "m-ch" },
    number: { from: "wide", figures: true },
  },
};

export function placeOf(kind: Kind, field: string): Place {
  return places[kind][field] ?? (field === "time" ? {} : { from: "wide" });
}

/** Labels of the columns that a sheet below 60 rem folds away, for the note below the table. */
export function foldedLabels(definition: {
  kind: Kind;
  columns: readonly string[];
  fields: Readonly<Record<string, { label: string }>>;
}): string[] {
  return definition.columns
    .filter((name) => placeOf(definition.kind, name).from !== undefined)
    .map((name) => definition.fields[name]?.label ?? name);
}
