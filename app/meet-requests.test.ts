import { once } from "node:events";
import { createServer, type IncomingMessage, request, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { meetRequests } from "./meet-requests.ts";

const { emit } = Server.prototype;
const server = createServer((_, response) => response.end("Next's answer"));
beforeAll(async () => {
  meetRequests();
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => {
  Server.prototype.emit = emit;
  server.close();
});

async function ask(method: string): Promise<IncomingMessage> {
  const { port } = server.address() as AddressInfo;
  const [response] = await once(request({ port, method, agent: false }).end(), "response");
  response.resume();
  return response;
}

test("TRACE, of which Next can make no request, is a method that is not allowed", async () => {
  const { statusCode, headers } = await ask("TRACE");
  expect([statusCode, headers.allow]).toEqual([405, "GET, HEAD, POST"]);
});

test("every other request gets to Next", async () => {
  for (const method of ["GET", "POST", "OPTIONS", "PROPFIND"]) {
    expect((await ask(method)).statusCode).toBe(200);
  }
});
