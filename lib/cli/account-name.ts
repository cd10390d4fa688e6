import { userInfo } from "node:os";

/** The account of this machine under which the command runs, as a hint to who ran it: its name, or `user 1000`. */
export function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run us under a number without a name.
    return `user ${process.getuid?.()}`;
  }
}
