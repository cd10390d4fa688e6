import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAnnals } from "annals";
import { createApp } from "./app.ts";
import { connect, openDatabase } from "./database.ts";
import { identityOf } from "./identity-of.ts";
import { Sessions } from "./sessions.ts";
import type { Shop } from "./shop.ts";

export interface RunningShop extends Shop {
  url: string;
  stop(): Promise<void>;
}

/** Opens Northgate on a free port of the loopback. Its tables are there: see `migrateShop`. */
export async function startShop(options: { databaseUrl: string; secret: string }): Promise<RunningShop> {
  const sql = connect(options.databaseUrl, "northgate");
  const annals = createAnnals({
    database: sql,
    secret: options.secret,
    actor: identityOf,
    trustedProxies: 1,
  });
  const shop: Shop = { annals, db: openDatabase(sql, annals), sessions: new Sessions() };

  const server = createServer(createApp(shop)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...shop,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await annals.close();
      await sql.end();
    },
  };
}
