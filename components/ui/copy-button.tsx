"use client";
import { useState } from "react";
import { Icon } from "./icon.tsx";

interface Props {
  /** What is copied; or the path of a page, of which the whole address is copied. */
  text?: string;
  path?: string;
  label: string;
  /** Words beside the icon; without them it is an icon alone. */
  children?: string;
}

/** Copies and says so. Not shown without scripting. */
export function CopyButton({ text, path, label, children }: Props) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await navigator.clipboard.writeText(text ?? new URL(path ?? "", window.location.href).href);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  return (
    <button type="button" className={`needs-js ${children ? "btn quiet" : "ib t"}`} aria-label={label} onClick={copy}>
      <Icon name={copied ? "check" : children ? "link" : "copy"} small={!children} />
      {children}
      <span className="sr" role="status">
        {copied && "Copied"}
      </span>
    </button>
  );
}
