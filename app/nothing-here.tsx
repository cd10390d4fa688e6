import { answerWith } from "./answer-with.ts";
import NotFoundPage from "./not-found.tsx";

/** For `notFound()` of a page, which leaves an empty page where no script runs. */
export function NothingHere() {
  answerWith(404);
  return <NotFoundPage />;
}
