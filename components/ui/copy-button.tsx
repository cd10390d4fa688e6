"use client";
import { useState } from "react";
import { Icon } from "./icon.tsx";

interface Props {
  /** What is copied; or the path of a page, of which the whole address is copied. */
  text?: string;
  path?: string;
  /** For those who do not see the button; begins with the words on it. */
  label: string;
  /** Words on it; without them it is an icon alone. */
  children?: string;
  /** A link in a line of text. */
  inline?: boolean;
}

/** Copies and says so. Not shown without scripting. */
export function CopyButton({ text, path, label, children, inline }: Props) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    const value = text ?? new URL(path ?? "", window.location.href).href;
    // Browsers keep the clipboard from pages that came over plain HTTP from another machine.
    if (!navigator.clipboard) {
      window.prompt(label, value);
      return;
    }
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  const look = inline ? "link" : children ? "btn quiet" : "ib t";
  return (
    <button type="button" className={`needs-js ${look}`} aria-label={label} onClick={copy}>
      {!inline && <Icon name={copied ? "check" : children ? "link" : "copy"} small={!children} />}
      {inline && copied ? "Copied" : children}
      <span className="sr" role="status">
        {copied && "Copied"}
      </span>
    </button>
  );
}
