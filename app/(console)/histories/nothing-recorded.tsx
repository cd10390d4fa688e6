import { Go } from "@/components/ui/go.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import { answerWith } from "../../answer-with.ts";

interface Props {
  of: "actor" | "object" | "name";
  name: string;
}

/** There is nothing on record that this viewer may see. Answers as a record does that is not there. */
export function NothingRecorded({ of, name }: Props) {
  answerWith(404);
  return (
    <>
      <h1>Nothing is on record of this {of}</h1>
      <p className="soft wrap">
        No event that you may see names{" "}
        <b>
          <Recorded text={name} />
        </b>
        . What was deleted, and what is of another tenant, is not shown.
      </p>
      <p className="after">
        <Go className="link" href="/audit">
          To the audit log
        </Go>
      </p>
    </>
  );
}
