import type { Command } from "commander";
import { isRole, type Role, roles } from "../access/roles.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { runTransaction } from "../migrate/run-transaction.ts";
import { accountName } from "./account-name.ts";
import {
  addUser,
  type ConsoleUser,
  listUsers,
  readTenants,
  readUsername,
  setDisabled,
  setPasswordHash,
  setRole,
  setTenants,
} from "./console-users.ts";
import { hashPassword, shortestPassword } from "./hash-password.ts";
import { helpText } from "./help-text.ts";
import { readPassword } from "./read-password.ts";
import { type Answer, type Desk, run } from "./run.ts";

const fields = "{username, label, role, tenants, createdAt, disabledAt}";
const userJson = `{user}, which is ${fields}`;
const passwords = `A password has ${shortestPassword} characters or more. It is asked for, or read from standard input; it is never an
argument, where others could see it.`;

const right = "Connect as a member of annals_owner or as a superuser.";

export function defineUser(program: Command): void {
  const user = program
    .command("user")
    .description("who may sign in to the console")
    .addHelpText(
      "after",
      helpText({
        notes: `
Connect as a member of annals_owner or as a superuser; \`user list\` works as annals_console too.
Roles, from the least to the most: ${roles.join(", ")}.
${passwords}
Each change is an event in the audit log.`,
        json: `{user}, of list {users}, each ${fields}`,
        examples: [
          'annals user add ada --role superuser --label "Ada Lovelace"',
          "annals user role ada auditor",
          "annals user disable ada",
        ],
      }),
    );
  user
    .command("add")
    .description("let somebody in")
    .argument("<username>", "what is typed at sign-in; kept in lower case")
    .requiredOption("--role <role>", roles.join(", "))
    .option("--label <name>", "the name that others see (default: the user name)")
    .option("--tenant <name...>", "may read the records of these tenants only (default: all records)")
    .option("--password-stdin", "read the password from standard input, its first line")
    .addHelpText(
      "after",
      helpText({
        notes: passwords,
        json: userJson,
        examples: [
          "annals user add ada --role superuser",
          "annals user add nora --role support --tenant north --tenant south",
          "pass show annals/grace | annals user add grace --role auditor --password-stdin",
        ],
      }),
    )
    .action(
      (
        username: string,
        options: { role: string; label?: string; tenant?: string[]; passwordStdin?: boolean },
        command: Command,
      ) => {
        const name = readUsername(username);
        const tenants = options.tenant ? readTenants(options.tenant) : null;
        const role = readRole(options.role, "--role");
        return run(command, right, async ({ db }) => {
          const passwordHash = await hashPassword(await readPassword(options.passwordStdin === true));
          const label = options.label?.trim() || name;
          const added = await change(db, () =>
            addUser(db, { username: name, label, role, passwordHash, tenants }),
          );
          return about(added, "may sign in");
        });
      },
    );
  user
    .command("list")
    .description("who may sign in, and who no more")
    .addHelpText(
      "after",
      helpText({
        json: `{users}, each ${fields}`,
        examples: ["annals user list --json | jq '.users[].username'"],
      }),
    )
    .action((_options: object, command: Command) => run(command, right, list, "primary or standby"));
  user
    .command("role")
    .description("give somebody another role; open sessions end")
    .argument("<username>")
    .argument("<role>", roles.join(", "))
    .addHelpText("after", helpText({ json: userJson, examples: ["annals user role ada auditor"] }))
    .action((username: string, text: string, _options: object, command: Command) => {
      const role = readRole(text, "The role");
      return run(command, right, async ({ db }) => {
        const changed = await change(db, () => setRole(db, readUsername(username), role));
        return about(changed, "has this role now");
      });
    });
  user
    .command("tenants")
    .description("confine somebody to the records of some tenants; open sessions end")
    .argument("<username>")
    .argument("[tenants...]", "the tenants, as the application names them")
    .option("--all", "lift it: all records again")
    .addHelpText(
      "after",
      helpText({
        notes: "Whoever is confined sees no record that has no tenant.",
        json: userJson,
        examples: ["annals user tenants nora north south", "annals user tenants nora --all"],
      }),
    )
    .action((username: string, names: string[], options: { all?: boolean }, command: Command) => {
      if (names.length > 0 === (options.all === true)) {
        throw new AnnalsError("USAGE", "Neither tenants nor --all", "Name tenants, or give --all, not both.");
      }
      const tenants = options.all ? null : readTenants(names);
      return run(command, right, async ({ db }) => {
        const changed = await change(db, () => setTenants(db, readUsername(username), tenants));
        return about(changed, tenants ? `sees only ${tenants.join(", ")}` : "sees all records");
      });
    });
  for (const disabled of [true, false]) {
    const name = disabled ? "disable" : "enable";
    user
      .command(name)
      .description(disabled ? "shut somebody out; open sessions end" : "let somebody in again")
      .argument("<username>")
      .addHelpText("after", helpText({ json: userJson, examples: [`annals user ${name} ada`] }))
      .action((username: string, _options: object, command: Command) =>
        run(command, right, async ({ db }) => {
          const changed = await change(db, () => setDisabled(db, readUsername(username), disabled));
          return about(changed, disabled ? "may sign in no more" : "may sign in again");
        }),
      );
  }
  user
    .command("passwd")
    .description("give somebody a new password; open sessions end")
    .argument("<username>")
    .option("--password-stdin", "read it from standard input, its first line")
    .addHelpText(
      "after",
      helpText({ notes: passwords, json: userJson, examples: ["annals user passwd ada"] }),
    )
    .action((username: string, options: { passwordStdin?: boolean }, command: Command) =>
      run(command, right, async ({ db }) => {
        const hash = await hashPassword(await readPassword(options.passwordStdin === true));
        const changed = await change(db, () => setPasswordHash(db, readUsername(username), hash));
        return about(changed, "has a new password");
      }),
    );
}

async function list({ db }: Desk): Promise<Answer> {
  const users = await listUsers(db);
  return { data: { users }, text: users.map(line).join("\n") || "Nobody yet: annals user add <username>" };
}

/** The change and its record, together or not at all, with the account of this machine as a hint to who it was. */
function change<T>(db: Executor, work: () => Promise<T>): Promise<T> {
  return runTransaction(db, { until: Date.now() + 10_000 }, async () => {
    await db.query("SELECT set_config('annals.context', $1::text, true)", [JSON.stringify(context())]);
    return work();
  });
}

function context(): object {
  const account = accountName();
  return {
    actor_kind: "user",
    actor_id: account,
    actor_label: account,
    attribution: "claimed",
    module: "annals user",
  };
}

function readRole(text: string, name: string): Role {
  if (isRole(text)) return text;
  throw new AnnalsError(
    "USAGE",
    `${name} is ${JSON.stringify(text.slice(0, 80))}`,
    `It must be one of ${roles.join(", ")}.`,
  );
}

function about(user: ConsoleUser, fact: string): Answer {
  return { data: { user }, text: `${user.username} (${user.role}) ${fact}.` };
}

function line({ username, label, role, tenants, disabledAt }: ConsoleUser): string {
  const confined = tenants ? `tenants ${tenants.join(", ") || "none"}` : "";
  return [username.padEnd(24), role.padEnd(10), confined, disabledAt ? `disabled ${disabledAt}` : "", label]
    .filter((part) => part !== "")
    .join("  ");
}
