import type { FieldType } from "@/lib/fields/field-type.ts";
import { ActorCell } from "./actor-cell.tsx";
import { AddressCell } from "./address-cell.tsx";
import { BytesCell } from "./bytes-cell.tsx";
import type { Cell } from "./cell.ts";
import { ChangesCell } from "./changes-cell.tsx";
import { ChoiceCell } from "./choice-cell.tsx";
import { CodeCell } from "./code-cell.tsx";
import { CountCell } from "./count-cell.tsx";
import { FlagCell } from "./flag-cell.tsx";
import { ObjectCell } from "./object-cell.tsx";
import { TextCell } from "./text-cell.tsx";
import { TimeCell } from "./time-cell.tsx";

/** How each type of field is shown in a table. */
export const cells = {
  time: TimeCell,
  actor: ActorCell,
  object: ObjectCell,
  choice: ChoiceCell,
  text: TextCell,
  code: CodeCell,
  address: AddressCell,
  count: CountCell,
  bytes: BytesCell,
  flag: FlagCell,
  changes: ChangesCell,
} as const satisfies Record<FieldType, Cell>;
