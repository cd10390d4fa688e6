/** The rest of the search, for a form that sets a part of it. */
export function HiddenParams({ params }: { params: readonly (readonly [string, string])[] }) {
  return params.map(([name, value]) => <input key={name} type="hidden" name={name} value={value} />);
}
