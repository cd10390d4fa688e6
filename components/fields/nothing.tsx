/** An empty cell stays empty to the eye. */
export function Nothing() {
  return <span className="sr">none</span>;
}
