import { AnnalsError } from "../../errors.ts";

/**
 * The URL of a database, if it can be read. It may hold a password, so nothing of it is ever repeated; `setting` says
 * where it came from.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export function requireDatabaseUrl(text: string, setting?: string): string {
  const problem = problemOf(text);
  if (problem === undefined) return text;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `${setting ? `${setting} is not usable. ` : ""}The database URL cannot be read: ${problem}`,
    "It must look like postgres://user:password@host:5432/name, with the special characters of user and password " +
      "percent-encoded: % as %25, @ as %40, : as %3A, / as %2F, ? as %3F, # as %23.",
  );
}

function problemOf(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return "it does not begin with postgres://";
  if (!URL.canParse(text)) return "it is no URL";
  const { username, password, host, pathname, search, hash } = new URL(text);
  const parts = { user: username, password, host, "database name": pathname };
  for (const [name, part] of Object.entries(parts)) {
    if (!canDecode(part)) return `a % of the ${name} is not followed by two hexadecimal digits of UTF-8`;
  }
  // A / or ? of a password has ended the host too early, and the rest of it would be shown as a place.
  if (username === "" && /@/.test(pathname + search + hash)) return "the @ before the host comes too late";
  if (hash !== "") return "it has a #";
  return undefined;
}

function canDecode(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
