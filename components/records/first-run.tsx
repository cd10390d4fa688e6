/** Nothing has been recorded yet, of any kind. */
export function FirstRun() {
  return (
    <div className="empty">
      <h2>The ledger is open and empty</h2>
      <p className="soft">
        The schema is installed. Track a table, and the next write to it is the first event.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section aria-label="Commands" tabIndex={0}>
        <pre className="raw">
          {"npx annals track invoices customers\nnpx annals check\npsql -c "}
          <span className="s">{`"update invoices set memo = memo where id = 1"`}</span>
        </pre>
      </section>
    </div>
  );
}
