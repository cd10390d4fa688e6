export interface VisitorOptions {
  /** Where the shop listens, such as `http://127.0.0.1:4000`. */
  shop: string;
  /** The address that the shop's reverse proxy would report. */
  ip: string;
  userAgent: string;
  /** For a service, in place of a session. */
  token?: string;
}

export interface Answer<Body> {
  status: number;
  body: Body;
}

/** Somebody who uses the shop over HTTP, as a browser or a script would: keeps the cookie, names an agent. */
export class Visitor {
  readonly #options: VisitorOptions;
  #cookie = "";

  constructor(options: VisitorOptions) {
    this.#options = options;
  }

  get<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.send<Body>("GET", path);
  }

  post<Body = unknown>(path: string, body: unknown = {}): Promise<Answer<Body>> {
    return this.send<Body>("POST", path, body);
  }

  patch<Body = unknown>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.send<Body>("PATCH", path, body);
  }

  delete<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.send<Body>("DELETE", path);
  }

  /** Sends one request. Any status is an answer: whoever expects one checks it, with `expectStatus`. */
  async send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const { shop, ip, userAgent, token } = this.#options;
    const headers: Record<string, string> = { "x-forwarded-for": ip, "user-agent": userAgent };
    if (token) headers.authorization = `Bearer ${token}`;
    if (this.#cookie) headers.cookie = this.#cookie;
    if (body !== undefined) headers["content-type"] = "application/json";
    const response = await fetch(shop + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie) this.#cookie = cookie.slice(0, cookie.indexOf(";"));
    const text = await response.text();
    const json = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, body: (json ? JSON.parse(text) : text) as Body };
  }
}

/** The body, when the status is the one expected; a story that goes astray should say where. */
export function expectStatus<Body>(answer: Answer<Body>, ...statuses: number[]): Body {
  if (statuses.includes(answer.status)) return answer.body;
  throw new Error(
    `The shop answered ${answer.status} in place of ${statuses}: ${JSON.stringify(answer.body)}`,
  );
}
