import { readFileSync } from "node:fs";
import type postgres from "postgres";

/** What the kernel knows of one server process: nothing where the server is elsewhere or the system is not Linux. */
export interface Backend {
  /** Milliseconds on a processor so far. Unlike time on the wall, hardly touched by what else the machine does. */
  cpuMs(): number | undefined;
  /** The most memory of its own that it has had, in MB: without the shared buffers that it has touched. */
  peakMb(): number | undefined;
}

/** The server process behind a connection that stays the same. */
export async function backendOf(connection: postgres.Sql | postgres.ReservedSql): Promise<Backend> {
  const [row] = await connection`
    SELECT pg_backend_pid() AS pid, host(inet_server_addr()) IN ('127.0.0.1', '::1') AS is_local`;
  const file = (name: string) => (row?.is_local ? readIfThere(`/proc/${row.pid}/${name}`) : undefined);
  return {
    cpuMs() {
      const nanoseconds = file("schedstat")?.split(" ")[0];
      return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e6;
    },
    peakMb() {
      const status = file("status") ?? "";
      const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
      const own = kilobytes("VmHWM") - kilobytes("RssShmem");
      return Number.isNaN(own) ? undefined : own / 1024;
    },
  };
}

/** All server processes of the database, for work that is spread over connections; none where the kernel cannot tell. */
export async function backendsOf(sql: postgres.Sql): Promise<() => number> {
  const rows = await sql`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND host(inet_server_addr()) IN ('127.0.0.1', '::1')`;
  const files = rows.map(({ pid }) => `/proc/${pid}/schedstat`);
  return () => files.reduce((sum, file) => sum + Number(readIfThere(file)?.split(" ")[0] ?? 0) / 1e6, 0);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
