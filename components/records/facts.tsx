import type { Definition } from "@/lib/records/define.ts";
import { type Row, textOf } from "../fields/row.ts";
import { isFilled, values } from "../fields/values.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Go } from "../ui/go.tsx";
import { Icon } from "../ui/icon.tsx";

export interface FactLinks {
  /** The list with only this value, or without it. */
  only: (param: string, value: string) => string;
  without: (param: string, value: string) => string;
  /** The page of what the field names: its object, its actor, the name that was typed. */
  page: (field: Definition["fields"][string], row: Row) => string | undefined;
}

interface Props {
  definition: Definition;
  names: readonly string[];
  row: Row;
  zone: string;
  links: FactLinks;
  /** Two beside each other where there is room. */
  two?: boolean;
}

// What takes lines of its own.
const long = ["description", "stack_trace", "filters_applied", "columns", "reason"];

/** Label and value, with ways to find the like of it. Fields that hold nothing are left out. */
export function Facts({ definition, names, row, zone, links, two }: Props) {
  const fields = names.flatMap((name) => {
    const field = definition.fields[name];
    return field && isFilled({ field, row }) ? [{ name, field }] : [];
  });
  return (
    <dl className={two ? "facts two" : "facts"}>
      {fields.map(({ name, field }) => {
        const Value = values[field.type];
        const raw =
          row[field.column] === true ? "1" : row[field.column] === false ? "0" : textOf(row, field.column);
        const { label, param } = field;
        const choosable = param !== undefined && canBeChosen(field.type);
        return (
          <div key={name} className={two && long.includes(field.column) ? "whole" : undefined}>
            <dt>{label}</dt>
            <dd>
              <div className="v">
                <Value field={field} row={row} zone={zone} />
                <PageLink field={field} href={links.page(field, row)} />
              </div>
              {(choosable || field.type === "code") && raw && !long.includes(field.column) && (
                <span className="vb">
                  {param && choosable && (
                    <>
                      <Go
                        className="ib t"
                        href={links.only(param, raw)}
                        aria-label={`Only this ${label}`}
                        title={`Only this ${label}`}
                      >
                        <Icon name="plus" small />
                      </Go>
                      <Go
                        className="ib t"
                        href={links.without(param, raw)}
                        aria-label={`Leave out this ${label}`}
                        title={`Leave out this ${label}`}
                      >
                        <Icon name="minus" small />
                      </Go>
                    </>
                  )}
                  <CopyButton text={raw} label={`Copy ${label}`} />
                </span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** In words, beside the value. */
function PageLink({ field, href }: { field: Definition["fields"][string]; href: string | undefined }) {
  if (!href) return null;
  const words =
    field.type === "object"
      ? "History of this object"
      : field.type === "actor"
        ? "All by this actor"
        : "All under this name";
  return (
    <Go className="link" href={href}>
      {words}
    </Go>
  );
}

/** Bounds ("at least") name no value. */
function canBeChosen(type: Definition["fields"][string]["type"]): boolean {
  return type !== "count" && type !== "bytes" && type !== "time";
}
