export interface SignInNotice {
  /** Beside the password. */
  error?: string;
  /** Above the form. */
  notice?: { sentence: string; detail?: string };
}

interface State {
  signedOut: boolean;
  /** This browser has had a session, and has none now. */
  ended: boolean;
  cookies: boolean;
}

/** Words for what the sign-in page was led to: the codes are those of `authenticate.ts` and `next-auth`. */
export function explainSignIn(error: string | undefined, state: State): SignInNotice {
  if (error !== undefined) return { error: explain(error) };
  if (!state.cookies)
    return { error: "This browser did not keep a cookie, and nobody can be signed in without one." };
  if (state.signedOut) return { notice: { sentence: "You are signed out." } };
  if (state.ended)
    return {
      notice: { sentence: "Your session has ended.", detail: "Sign in and you go back to where you were." },
    };
  return {};
}

function explain(error: string): string {
  const [code, rest] = error.split(/-(.*)/);
  if (code === "blocked" && /^\d{1,3}$/.test(rest ?? ""))
    return `Too many attempts. Try again in ${rest} ${rest === "1" ? "minute" : "minutes"}.`;
  if (code === "busy") return "Too many people are signing in at this moment. Try again in a few seconds.";
  if (code === "unavailable" && /^[0-9a-f]{4}-[0-9a-f]{4}$/.test(rest ?? ""))
    return `The sign-in could not be checked, since the database did not answer. Reference ${rest}.`;
  if (code === "again") return "The form was too old. Try again.";
  return "That name and password do not match.";
}
