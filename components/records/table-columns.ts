import { constructTable, createColumnHelper, tableFeatures } from "@tanstack/react-table";
import type { Definition } from "@/lib/records/define.ts";
import type { Cell } from "../fields/cell.ts";
import { cells } from "../fields/cells.ts";
import type { Row } from "../fields/row.ts";
import { type Place, placeOf } from "./layout.ts";
