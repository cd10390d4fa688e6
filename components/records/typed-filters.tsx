import Form from "next/form";
import { HiddenParams } from "./hidden-params.tsx";

export interface TypedFilter {
  param: string;
  label: string;
  placeholder: string;
  /** As it stands in the address. */
  value: string;
  invalid: boolean;
}

interface Props {
  action: string;
  filters: TypedFilter[];
  params: readonly (readonly [string, string])[];
}

/** Filters whose values are typed. An ordinary form, so that it works without scripting. */
export function TypedFilters({ action, filters, params }: Props) {
  return (
    <Form action={action} className="typed" prefetch={false} scroll={false}>
      <HiddenParams params={params} />
      {filters.map(({ param, label, placeholder, value, invalid }) => (
        <label key={`${param}=${value}`}>
          <span>{label}</span>
          <input
            name={param}
            defaultValue={value}
            placeholder={placeholder}
            aria-invalid={invalid || undefined}
          />
        </label>
      ))}
      <button className="btn small" type="submit">
        Apply
      </button>
    </Form>
  );
}
