import type { ReactNode } from "react";
import { groupDigits } from "../fields/figures.ts";
import { Go } from "../ui/go.tsx";

export interface CountedLine {
  key: string;
  name: ReactNode;
  count: number;
  /** The list that counts the same. */
  href: string;
  /** The page of what is named, where that is another one. */
  page?: string;
}

interface Props {
  caption: string;
  heads: [name: string, count: string];
  lines: readonly CountedLine[];
}

/** Names and how often each occurs, with a bar beside the exact number. */
export function CountedTable({ caption, heads, lines }: Props) {
  const most = Math.max(1, ...lines.map(({ count }) => count));
  return (
    <table className="mini">
      <caption className="sr">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{heads[0]}</th>
          <th scope="col" className="num" colSpan={2}>
            {heads[1]}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(({ key, name, count, href, page }) => (
          <tr key={key}>
            <th scope="row">
              <Go href={page ?? href}>{name}</Go>
            </th>
            <td className="w" aria-hidden="true">
              <span className="meter" data-v={Math.max(1, Math.round((count / most) * 100))} />
            </td>
            <td className="num">{page ? <Go href={href}>{groupDigits(count)}</Go> : groupDigits(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
