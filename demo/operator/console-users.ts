import { addUser, listUsers, setDisabled, setPasswordHash } from "../../lib/cli/console-users.ts";
import { hashPassword } from "../../lib/cli/hash-password.ts";
import type { Executor } from "../../lib/executor.ts";
import type { SignIn } from "./announce.ts";
import { newSecret, type State } from "./state.ts";

const roles = ["support", "developer", "security", "auditor", "superuser"] as const;

/**
 * One user of the console for each role, named after it. The passwords are random and stand in `state`: one
 * that is not there, because the file was lost, is made anew.
 */
export async function ensureConsoleUsers(operator: Executor, state: State): Promise<SignIn[]> {
  const there = new Map((await listUsers(operator)).map((user) => [user.username, user]));
  const users: SignIn[] = [];
  for (const role of roles) {
    const username = role;
    const user = there.get(username);
    const known = state.consolePasswords[username];
    const password = known ?? newSecret(9);
    if (!user) {
      const passwordHash = await hashPassword(password);
      await addUser(operator, { username, label: `Demo ${role}`, role, passwordHash });
    } else if (!known) {
      await setPasswordHash(operator, username, await hashPassword(password));
    }
    if (user?.disabledAt) await setDisabled(operator, username, false);
    state.consolePasswords[username] = password;
    users.push({ role, username, password });
  }
  return users;
}
