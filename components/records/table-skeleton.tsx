const lines = [0, 1, 2, 3, 4, 5, 6, 7];

/** Lines where rows will stand; they are drawn only when the answer takes longer than a blink. */
export function TableSkeleton({ columns }: { columns: readonly string[] }) {
  return (
    <div aria-busy="true">
      <table className="log">
        <caption className="sr">Loading</caption>
        <thead>
          <tr>
            {columns.map((label) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line}>
              {columns.map((label, column) => (
                <td key={label}>
                  <span className="sk" data-w={(line + column) % 4} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="log-note late">Still searching. Fewer days, or one more filter, would be quicker.</p>
    </div>
  );
}
