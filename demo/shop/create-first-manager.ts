import { hashPassword } from "./passwords.ts";
import type { Shop } from "./shop.ts";
import { users } from "./tables.ts";

/** Somebody must be there to let the others in. Does nothing when the name exists. */
export async function createFirstManager(
  { annals, db }: Shop,
  manager: { username: string; name: string; password: string },
): Promise<void> {
  const { username, name, password } = manager;
  const passwordHash = await hashPassword(password);
  const setup = { kind: "system", id: "setup", label: "Northgate setup" } as const;
  await annals.run({ actor: setup, reason: "First manager" }, () =>
    db.insert(users).values({ username, name, role: "manager", passwordHash }).onConflictDoNothing(),
  );
}
