import Form from "next/form";
import { Icon } from "../ui/icon.tsx";
import { HiddenParams } from "./hidden-params.tsx";

interface Props {
  action: string;
  q: string;
  /** What is searched: "object, actor and reason". */
  among: string;
  params: readonly (readonly [string, string])[];
}

/** Free words, all of which must be found. */
export function Find({ action, q, among, params }: Props) {
  return (
    <Form action={action} className="find" role="search" prefetch={false} scroll={false}>
      <HiddenParams params={params} />
      <Icon name="search" />
      <input
        key={q}
        type="search"
        name="q"
        defaultValue={q}
        maxLength={200}
        aria-label={`Search in ${among}`}
        placeholder={`Words in ${among}, then Enter`}
      />
      <button className="btn quiet small" type="submit">
        Search
      </button>
    </Form>
  );
}
