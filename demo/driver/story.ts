import type { Shop } from "../shop/shop.ts";
import { cast, type Name } from "./cast.ts";
import { Random } from "./random.ts";
import { Visitor } from "./visitor.ts";

export interface User {
  id: number;
  username: string;
}

export interface Product {
  id: number;
  sku: string;
}

export interface Customer {
  id: number;
  name: string;
  address: Record<string, string>;
}

export interface Order {
  id: number;
  customerId: number;
  lines: number;
}

/** What the episodes share: the people, and what they have put into the shop so far. */
export interface Story {
  url: string;
  shop: Shop;
  /** For whoever goes past the shop, straight to the database. */
  databaseUrl: string;
  random: Random;
  people: Record<Name, Visitor>;
  users: User[];
  products: Product[];
  customers: Customer[];
  orders: Order[];
}

export function beginStory(options: { url: string; shop: Shop; databaseUrl: string; seed: number }): Story {
  const visitors = Object.entries(cast).map(([name, { ip, userAgent }]) => [
    name,
    new Visitor({ shop: options.url, ip, userAgent }),
  ]);
  return {
    url: options.url,
    shop: options.shop,
    databaseUrl: options.databaseUrl,
    random: new Random(options.seed),
    people: Object.fromEntries(visitors),
    users: [],
    products: [],
    customers: [],
    orders: [],
  };
}

export function signIn(story: Story, name: Name) {
  const { username, password } = cast[name];
  return story.people[name].post("/sign-in", { username, password });
}
