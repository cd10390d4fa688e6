import { randomBytes } from "node:crypto";
import type { roles } from "./tables.ts";

export interface Person {
  id: number;
  username: string;
  name: string;
  role: (typeof roles)[number];
}

export interface Session {
  key: string;
  /** Who signed in. */
  person: Person;
  /** The colleague whose work that person does for the moment. */
  actingAs?: Person;
}

/** Open sessions, in memory: a restart signs everybody out, which suits a small shop. */
export class Sessions {
  readonly #open = new Map<string, Session>();

  begin(person: Person): Session {
    const session: Session = { key: randomBytes(24).toString("base64url"), person };
    this.#open.set(session.key, session);
    return session;
  }

  find(key: string | undefined): Session | undefined {
    return key === undefined ? undefined : this.#open.get(key);
  }

  end(key: string): void {
    this.#open.delete(key);
  }

  endAllOf(userId: number): void {
    for (const [key, session] of this.#open) if (session.person.id === userId) this.#open.delete(key);
  }
}
