import { annalsErrorHandler, annalsMiddleware } from "annals/express";
import express, { type Express } from "express";
import { authenticate } from "./authenticate.ts";
import { sendError } from "./http-error.ts";
import { customerRoutes } from "./routes/customers.ts";
import { exportRoutes } from "./routes/exports.ts";
import { impersonationRoutes } from "./routes/impersonation.ts";
import { orderRoutes } from "./routes/orders.ts";
import { paymentHook } from "./routes/payment-hook.ts";
import { productRoutes } from "./routes/products.ts";
import { refundRoutes } from "./routes/refunds.ts";
import { reportRoutes } from "./routes/reports.ts";
import { signInRoutes } from "./routes/sign-in.ts";
import { userRoutes } from "./routes/users.ts";
import type { Shop } from "./shop.ts";

/** The whole application. Two lines of it are for the audit trail: the first `use`, and the last but one. */
export function createApp(shop: Shop): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", 1);
  app.use(annalsMiddleware(shop.annals));
  app.use(express.json({ limit: "200kb" }));
  app.use(authenticate(shop.db, shop.sessions));
  for (const routes of [
    signInRoutes,
    userRoutes,
    impersonationRoutes,
    customerRoutes,
    productRoutes,
    orderRoutes,
    refundRoutes,
    exportRoutes,
    reportRoutes,
    paymentHook,
  ]) {
    app.use(routes(shop));
  }
  app.use(annalsErrorHandler(shop.annals));
  app.use(sendError);
  return app;
}
