/** Icons of public/icons.svg. `icon.test.ts` checks that each is drawn there. */
export const iconNames = [
  "activity",
  "arrow-down",
  "arrow-left",
  "arrow-right",
  "arrow-up",
  "ban",
  "check",
  "chevron-down",
  "chevron-left",
  "chevron-right",
  "chevron-up",
  "circle",
  "circle-alert",
  "circle-check",
  "circle-x",
  "clock",
  "copy",
  "dot",
  "download",
  "eye",
  "file-down",
  "gauge",
  "info",
  "link",
  "lock",
  "log-in",
  "log-out",
  "minus",
  "pencil",
  "plus",
  "rotate-cw",
  "scroll-text",
  "search",
  "shield-alert",
  "sliders-horizontal",
  "trash-2",
  "triangle-alert",
  "undo-2",
  "upload",
  "user",
  "wrench",
  "x",
] as const;

export type IconName = (typeof iconNames)[number];

/** Decoration beside a word: hidden from assistive technology. Changes of the sprite need a new `v`. */
export function Icon({ name, small, tone }: { name: IconName; small?: boolean; tone?: string }) {
  return (
    <svg className={["i", small && "i-sm", tone].filter(Boolean).join(" ")} aria-hidden="true">
      <use href={`/icons.svg?v=1#${name}`} />
    </svg>
  );
}
