import type { Command } from "commander";
import { untrack } from "../capture/untrack.ts";
import { helpText } from "./help-text.ts";
import { run } from "./run.ts";

const right = "Connect as the role that owns the table and may act as annals_owner, or as a superuser.";

export function defineUntrack(program: Command): void {
  program
    .command("untrack")
    .description("stop recording changes of these tables; their history stays, and the stop is recorded")
    .argument("<tables...>", "orders, shop.orders, '\"Order Lines\"'")
    .addHelpText(
      "after",
      helpText({
        notes:
          "Connect as the role that owns the table and is a member of annals_owner, or as a superuser.\n" +
          "A table that stays in `tables` of annals.config is tracked again by the next `annals track`.",
        json: "{ended}, the names of objects that are tracked no more",
        examples: ["annals untrack shop.carts"],
      }),
    )
    .action((tables: string[], _options: object, command: Command) =>
      run(command, right, async ({ db }) => {
        const ended = await untrack(db, { tables });
        const text = ended.map((type) => `“${type}” is tracked no more; what was recorded stays.`).join("\n");
        return { data: { ended }, text };
      }),
    );
}
