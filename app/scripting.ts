import { cookies } from "next/headers";
import { scriptingCookie } from "@/components/shell/scripting-cookie.ts";

/** Whether a script has run in this browser, which only a script can say: `NoteScripting`. */
export async function runsScripts(): Promise<boolean> {
  return (await cookies()).has(scriptingCookie);
}
