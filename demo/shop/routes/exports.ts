import { createHash, randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { Router } from "express";
import { z } from "zod";
import { allow } from "../caller.ts";
import { found } from "../http-error.ts";
import type { Shop } from "../shop.ts";
import { orderStatuses, orders } from "../tables.ts";

const columns = ["id", "customerId", "status", "total", "refunded", "placedAt"] as const;

export function exportRoutes({ annals, db }: Shop): Router {
  const routes = Router();
  // Kept in memory: a real shop would keep files, and say where by `filePath`.
  const finished = new Map<string, { csv: string; download: () => Promise<unknown> }>();

  routes.post("/exports/orders", allow("manager", "support"), async (request, response) => {
    const { status } = z.object({ status: z.enum(orderStatuses).optional() }).parse(request.body);
    const dataExport = await annals.logDataExport({
      exportType: "orders",
      fileFormat: "csv",
      filters: status ? { status } : {},
      columns: [...columns],
    });
    try {
      const rows = await db
        .select()
        .from(orders)
        .where(status && eq(orders.status, status))
        .orderBy(orders.id);
      const csv = toCsv(rows);
      const name = randomUUID();
      await dataExport.complete({
        recordCount: rows.length,
        fileSize: Buffer.byteLength(csv),
        filePath: `orders/${name}.csv`,
        sha256: createHash("sha256").update(csv).digest("hex"),
      });
      finished.set(name, { csv, download: () => dataExport.download() });
      response.status(201).json({ download: `/exports/${name}` });
    } catch (error) {
      await dataExport.fail();
      throw error;
    }
  });

  routes.get("/exports/:name", allow("manager", "support"), async (request, response) => {
    const { csv, download } = found(finished.get(String(request.params.name)), "export");
    await download();
    response.attachment("orders.csv").send(csv);
  });

  return routes;
}

function toCsv(rows: (typeof orders.$inferSelect)[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","));
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(value: string | number | Date): string {
  const text = value instanceof Date ? value.toISOString() : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
