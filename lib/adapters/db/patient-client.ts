import type postgres from "postgres";
import { silentServer } from "../../errors.ts";
import type { Executor } from "../../executor.ts";
import { executorOf } from "./postgres-js.ts";

const ended = "The connection was ended; the next query makes a new one.";

/**
 * A client that ends its connections when no query at all has been answered for longer than the server lets one take:
 * then it, or the way to it, has stopped without a word, and they would wait until TCP gives up. Whoever waits gets
 * DATABASE_UNREACHABLE, and the next query connects anew.
 */
export class PatientClient {
  readonly #connect: () => postgres.Sql;
  readonly #patienceMs: number;
  #sql: postgres.Sql;
  /** When the last query was answered, on the clock of the process. */
  #heard = 0;
  readonly db: Executor = { query: (text, values) => this.#query(text, values) };

  /** @param connect makes a client; called again after each silence */
  constructor(connect: () => postgres.Sql, patienceMs: number) {
    this.#connect = connect;
    this.#patienceMs = patienceMs;
    this.#sql = connect();
  }

  /** The client of the moment. */
  get sql(): postgres.Sql {
    return this.#sql;
  }

  async #query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
    const sql = this.#sql;
    const asked = performance.now();
    const giveUp = () => {
      if (performance.now() - Math.max(asked, this.#heard) < this.#patienceMs) return;
      if (this.#sql === sql) this.#sql = this.#connect();
      void sql.end({ timeout: 0 });
    };
    const watch = setInterval(giveUp, 500);
    try {
      return await executorOf(sql).query<Row>(text, values);
    } catch (cause) {
      throw this.#sql === sql ? cause : silentServer(this.#patienceMs, ended, cause);
    } finally {
      clearInterval(watch);
      this.#heard = performance.now();
    }
  }
}
