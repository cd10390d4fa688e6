import { integer, jsonb, numeric, pgSchema, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

export interface Address {
  street?: string;
  city?: string;
  postcode?: string;
  country?: string;
}

const shop = pgSchema("shop");
const moment = (name: string) => timestamp(name, { withTimezone: true });
const id = () => integer("id").primaryKey().generatedAlwaysAsIdentity();

export const roles = ["manager", "sales", "support", "service"] as const;
export const orderStatuses = ["open", "paid", "shipped", "invoiced", "cancelled"] as const;

export const users = shop.table("users", {
  id: id(),
  username: text("username").notNull(),
  name: text("name").notNull(),
  role: text("role", { enum: roles }).notNull(),
  passwordHash: text("password_hash"),
  apiToken: text("api_token"),
  lastSignInAt: moment("last_sign_in_at"),
  disabledAt: moment("disabled_at"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const customers = shop.table("customers", {
  id: id(),
  name: text("name").notNull(),
  email: text("email").notNull(),
  phone: text("phone"),
  address: jsonb("address").$type<Address>().notNull().default({}),
  tags: text("tags").array().notNull().default([]),
  creditLimit: numeric("credit_limit", { precision: 12, scale: 2 }).notNull().default("0"),
  note: text("note"),
  createdAt: moment("created_at").notNull().defaultNow(),
});

export const products = shop.table("products", {
  id: id(),
  sku: text("sku").notNull(),
  name: text("name").notNull(),
  price: numeric("price", { precision: 10, scale: 2 }).notNull(),
  stock: integer("stock").notNull().default(0),
  attributes: jsonb("attributes").$type<Record<string, unknown>>().notNull().default({}),
  tags: text("tags").array().notNull().default([]),
  repricedAt: moment("repriced_at"),
});

export const orders = shop.table("orders", {
  id: id(),
  customerId: integer("customer_id").notNull(),
  status: text("status", { enum: orderStatuses }).notNull().default("open"),
  total: numeric("total", { precision: 12, scale: 2 }).notNull().default("0"),
  refunded: numeric("refunded", { precision: 12, scale: 2 }).notNull().default("0"),
  delivery: jsonb("delivery").$type<Address>().notNull().default({}),
  note: text("note"),
  placedAt: moment("placed_at").notNull().defaultNow(),
  shippedAt: moment("shipped_at"),
});

export const orderLines = shop.table(
  "order_lines",
  {
    orderId: integer("order_id").notNull(),
    line: integer("line").notNull(),
    productId: integer("product_id").notNull(),
    quantity: integer("quantity").notNull(),
    unitPrice: numeric("unit_price", { precision: 10, scale: 2 }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.orderId, table.line] })],
);
