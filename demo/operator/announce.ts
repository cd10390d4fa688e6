export interface SignIn {
  role: string;
  username: string;
  password: string;
}

/** What a person reads when all is ready. */
export function announcement(url: string, users: readonly SignIn[]): string {
  const rows = [{ role: "Role", username: "Username", password: "Password" }, ...users];
  const width = (key: "role" | "username") => Math.max(...rows.map((row) => row[key].length)) + 2;
  const [roleWidth, nameWidth] = [width("role"), width("username")];
  const table = rows.map(
    (row) => `  ${row.role.padEnd(roleWidth)}${row.username.padEnd(nameWidth)}${row.password}`,
  );
  return ["", `  The console is at  ${url}`, "", ...table, "", "  Ctrl+C stops everything.", ""].join("\n");
}

/** The same, for programs: one line. */
export function announcementJson(url: string, users: readonly SignIn[]): string {
  return JSON.stringify({
    url,
    users: users.map(({ role, username, password }) => ({ role, username, password })),
  });
}
