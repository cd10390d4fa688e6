import { annalsErrorHandler, annalsMiddleware } from "annals/express";
import express, { type Express, type Router } from "express";
import { authenticate } from "./authenticate.ts";
import { sendError } from "./http-error.ts";
import { customerRoutes } from "./routes/customers.ts";
import { exportRoutes } from "./routes/exports.ts";
import { impersonationRoutes } from "./routes/impersonation.ts";
import { orderLineRoutes } from "./routes/order-lines.ts";
import { orderRoutes } from "./routes/orders.ts";
import { paymentHook } from "./routes/payment-hook.ts";
import { productRoutes } from "./routes/products.ts";
import { refundRoutes } from "./routes/refunds.ts";
import { reportRoutes } from "./routes/reports.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { userRoutes } from "./routes/users.ts";
import type { Shop } from "./shop.ts";

/** The parts of the shop, each under the name that its events carry. */
const modules: [name: string, routes: (shop: Shop) => Router][] = [
  ["access", signInRoutes],
  ["access", userRoutes],
  ["access", impersonationRoutes],
  ["customers", customerRoutes],
  ["catalogue", productRoutes],
  ["orders", orderRoutes],
  ["orders", orderLineRoutes],
  ["payments", refundRoutes],
  ["payments", paymentHook],
  ["reports", exportRoutes],
  ["reports", reportRoutes],
];

/** The whole application. The audit trail takes the first `use`, the last but one, and a word for each module. */
export function createApp(shop: Shop): Express {
  const { annals, db, sessions } = shop;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", 1);
  app.use(annalsMiddleware(annals));
  app.use(express.json({ limit: "200kb" }));
  app.use(authenticate(db, sessions));
  for (const [module, routes] of modules) {
    app.use((_request, _response, next) => annals.run({ module }, next), routes(shop));
  }
  app.use(annalsErrorHandler(annals));
  app.use(sendError);
  return app;
}
