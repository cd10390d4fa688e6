import { connect, createServer } from "node:net";

/** A way to a database that can fall silent: it stays open, and nothing passes any more. */
export interface SilentProxy {
  url: string;
  silent: boolean;
  close(): void;
}

export async function openSilentProxy(databaseUrl: string): Promise<SilentProxy> {
  const target = new URL(databaseUrl);
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    // What was held up by the silence is lost with it, as behind a firewall that has forgotten a connection.
    far.on("data", (data) => proxy.silent || near.write(data));
    near.on("data", (data) => proxy.silent || far.write(data));
    for (const end of [near, far])
      end.on("error", () => {}).on("close", () => [near, far].map((one) => one.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  const proxy = { url: url.href, silent: false, close: () => void server.close() };
  return proxy;
}
