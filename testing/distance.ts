import { connect, createServer, type Socket } from "node:net";

/** A way to a database that takes time, and counts how often its client has waited for an answer. */
export interface Distance {
  url: string;
  /** How often the client spoke after an answer while `work` was running: the round trips that it took. */
  turnsOf(work: () => PromiseLike<unknown>): Promise<number>;
  close(): Promise<void>;
}

/** Puts 10 ms in each direction between a client and the database at `target`. */
export async function startDistance(target: string): Promise<Distance> {
  const url = new URL(target);
  const { hostname, port } = url;
  const sockets: Socket[] = [];
  let answered = true;
  let turns = 0;
  const later = (work: () => void) => setTimeout(work, 10);
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    sockets.push(client, upstream);
    client.on("data", (chunk) => {
      if (answered) turns++;
      answered = false;
      later(() => upstream.write(chunk));
    });
    upstream.on("data", (chunk) =>
      later(() => {
        answered = true;
        client.write(chunk);
      }),
    );
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    async turnsOf(work) {
      turns = 0;
      await work();
      return turns;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
