import type { ReactNode } from "react";
import { Frame } from "./frame.tsx";

interface Props {
  environment: { name: string; note?: string };
  version: string;
  children: ReactNode;
}

/** A page without a list: the frame with nothing to choose from. */
export function PlainPage({ environment, version, children }: Props) {
  return (
    <Frame environment={environment} home="/" nav={[]} foot={<span>Annals {version}</span>}>
      {children}
    </Frame>
  );
}
