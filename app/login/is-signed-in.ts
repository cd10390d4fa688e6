import { reportError } from "../reference.ts";
import { currentViewer } from "../viewer.ts";

/** False also when the database does not answer: then the form stands there, and says so when it is sent. */
export async function isSignedIn(): Promise<boolean> {
  try {
    return (await currentViewer()) !== null;
  } catch (error) {
    reportError("the sign-in page could not tell whether somebody is signed in", error);
    return false;
  }
}
