import type { ReactNode } from "react";
import { Go } from "../ui/go.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import { Mark } from "../ui/mark.tsx";
import { Recorded } from "../ui/recorded.tsx";

export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
  current: boolean;
}

interface Props {
  environment: { name: string; note?: string };
  home: string;
  who?: { label: string; role: string };
  nav: NavItem[];
  /** Filters are set, and can be opened at hand width. */
  filters?: { count: number };
  zone?: ReactNode;
  /** What opens below the reader's name. */
  slip?: ReactNode;
  /** Below the navigation in the margin. */
  margin?: ReactNode;
  foot: ReactNode;
  children: ReactNode;
}

/** The frame of every page: head, margin with navigation, sheet, foot. */
export function Frame(props: Props) {
  const { environment, home, who, nav, filters, zone, slip, margin, foot, children } = props;
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="head">
        <Go className="brand" href={home}>
          <Mark />
          Annals
        </Go>
        <p className="env">
          <b>{environment.name}</b> {environment.note && <span>· {environment.note}</span>}
        </p>
        {zone}
        {who && (
          <>
            <button
              type="button"
              className="who"
              popoverTarget="slip"
              aria-label={`${who.label}, ${who.role}: settings`}
            >
              <Icon name="user" />
              <b className="wide">
                <Recorded text={who.label} />
              </b>
              <span className="wide">{who.role}</span>
              <Icon name="chevron-down" small />
            </button>
            <div className="slip" id="slip" popover="auto">
              {slip}
            </div>
          </>
        )}
      </header>
      <div className="frame">
        <div className="margin">
          {nav.length > 0 && <NavBar nav={nav} filters={filters} />}
          {margin}
        </div>
        <div className="page">
          <main className="sheet" id="main" tabIndex={-1}>
            {children}
          </main>
          <footer className="foot">{foot}</footer>
        </div>
      </div>
    </>
  );
}

function NavBar({ nav, filters }: Pick<Props, "nav" | "filters">) {
  const current = nav.find((item) => item.current);
  return (
    <>
      <div className="m-bar">
        <button type="button" popoverTarget="nav">
          <Icon name={current?.icon ?? "scroll-text"} />
          {current?.label ?? "Records"}
          <Icon name="chevron-down" small />
        </button>
        {filters && (
          <button type="button" popoverTarget="filters">
            <Icon name="sliders-horizontal" />
            Filters
            {filters.count > 0 && <span className="dim">{filters.count} set</span>}
          </button>
        )}
      </div>
      <nav className="nav" id="nav" popover="auto" aria-label="Records">
        {nav.map(({ href, label, icon, current: here }) => (
          <Go key={href} href={href} aria-current={here ? "page" : undefined}>
            <Icon name={icon} />
            {label}
          </Go>
        ))}
      </nav>
    </>
  );
}
