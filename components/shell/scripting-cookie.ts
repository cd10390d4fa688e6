/** Set by a script, for as long as the browser is open. */
export const scriptingCookie = "annals.scripting";
