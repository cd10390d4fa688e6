"use client";
import { useState } from "react";

/** The password, with a button that shows it; pasting and password managers work as in any field. */
export function PasswordField({ invalid }: { invalid: boolean }) {
  const [shown, setShown] = useState(false);
  return (
    <div className="with">
      <input
        id="password"
        name="password"
        type={shown ? "text" : "password"}
        autoComplete="current-password"
        required
        aria-invalid={invalid}
        aria-describedby={invalid ? "sign-in-error" : undefined}
      />
      <button
        type="button"
        className="btn quiet needs-js"
        aria-pressed={shown}
        onClick={() => setShown(!shown)}
      >
        {shown ? "Hide" : "Show"}
        <span className="sr"> password</span>
      </button>
    </div>
  );
}
