import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { AnnalsError } from "../../lib/errors.ts";

export const host = "127.0.0.1";

/**
 * The port that the console will get: `wanted`, or any free one for 0.
 *
 * @throws AnnalsError CONFIG_INVALID when it is taken, or not ours to take
 */
export async function reservePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    probe.listen({ port: wanted, host, exclusive: true });
    await once(probe, "listening");
    return (probe.address() as AddressInfo).port;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${code})`;
    const hint = "Name another with --port N, or take any that is free with --port 0.";
    throw new AnnalsError("CONFIG_INVALID", `Port ${wanted} ${why}`, hint, { cause });
  } finally {
    probe.close();
  }
}
