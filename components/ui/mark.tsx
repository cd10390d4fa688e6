/** The book of the product's name, drawn to stand beside it. */
export function Mark() {
  return (
    <svg viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
      <path d="M3.5 2.5h13v15h-13z" />
      <path d="M7 2.5v15" />
      <path d="M9.5 7h4.5M9.5 10h4.5M9.5 13h3" />
    </svg>
  );
}
