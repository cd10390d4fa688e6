import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

const looks = {
  warning: { className: "banner warn-b", icon: "triangle-alert", role: "alert" },
  error: { className: "banner err", icon: "circle-x", role: "alert" },
  info: { className: "banner info", icon: "info", role: "status" },
} as const satisfies Record<string, { className: string; icon: IconName; role: string }>;

/** Says one thing in words: a bold sentence, a plain second line, one action at the right. */
export function Banner(props: {
  look: keyof typeof looks;
  icon?: IconName;
  action?: ReactNode;
  children: ReactNode;
}) {
  const { className, icon, role } = looks[props.look];
  return (
    <div className={className} role={role}>
      <Icon name={props.icon ?? icon} />
      <div>{props.children}</div>
      {props.action}
    </div>
  );
}
