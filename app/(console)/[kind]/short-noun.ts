import type { Definition } from "@/lib/records/define.ts";

/** "event", "events": the last word, where the title beside it says of what kind. */
export function shortNoun({ noun }: Definition): { one: string; many: string } {
  const last = (words: string) => words.split(" ").at(-1) ?? words;
  return { one: last(noun.one), many: last(noun.many) };
}

/** What words are looked for in, as people call it: "object, actor and reason". */
export function searchedFields({ fields, search }: Definition): string {
  const labels = search.map((column) => {
    const [name] = Object.values(fields).flatMap((field) =>
      field.column === column || field.parts?.includes(column) ? [field.label.toLowerCase()] : [],
    );
    return name ?? column;
  });
  const distinct = [...new Set(labels)];
  const last = distinct.pop();
  return distinct.length > 0 ? `${distinct.join(", ")} and ${last}` : (last ?? "");
}
