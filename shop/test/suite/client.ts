// A browser as far as the shop can tell: it keeps the cookie and the token against forgery. Every error has to be a problem
// (RFC 9457), and none may be the shop's own fault.

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  errors?: { at: string; message: string }[];
}

export interface Recorded {
  method: string;
  path: string;
  status: number;
  body: unknown;
}

export interface Client {
  cookie: string | null;
  csrf: string | null;
  get<T = Problem>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  post<T = Problem>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  patch<T = Problem>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  delete<T = Problem>(path: string, headers?: Record<string, string>): Promise<Answer<T>>;
  ask<T = Problem>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
}

export function newClient(base: string, record: (one: Recorded) => void = () => {}): Client {
  const client: Client = {
    cookie: null,
    csrf: null,
    get: (path, headers) => client.ask("GET", path, undefined, headers),
    post: (path, body, headers) => client.ask("POST", path, body, headers),
    patch: (path, body, headers) => client.ask("PATCH", path, body, headers),
    delete: (path, headers) => client.ask("DELETE", path, undefined, headers),
    async ask<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(base + path, {
        method,
        headers: {
          ...(client.cookie === null ? {} : { cookie: client.cookie }),
          ...(client.csrf === null ? {} : { "x-csrf-token": client.csrf }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        redirect: "error",
        // A text is sent as it is, so that what is no JSON can be sent too.
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed: unknown = text === "" ? null : JSON.parse(text);
      keep(client, response.headers, parsed);
      refuseBadAnswer(`${method} ${path}`, response, parsed);
      record({ method, path, status: response.status, body: parsed });
      return { status: response.status, headers: response.headers, body: parsed as T };
    },
  };
  return client;
}

function keep(client: Client, headers: Headers, body: unknown): void {
  for (const line of headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    client.cookie = pair.endsWith("=") ? null : pair;
    if (client.cookie === null) client.csrf = null;
  }
  if (typeof body === "object" && body !== null && "csrfToken" in body) client.csrf = String(body.csrfToken);
}

function refuseBadAnswer(request: string, { status, headers }: Response, body: unknown): void {
  const wrong = (what: string) =>
    new Error(`${request} was answered with ${status} ${JSON.stringify(body)}: ${what}`);
  const type = headers.get("content-type") ?? "";
  if (status >= 500) throw wrong("the shop failed");
  if (headers.get("x-content-type-options") !== "nosniff") throw wrong("the header nosniff is missing");
  if (status < 400) {
    if (status !== 204 && !type.startsWith("application/json")) throw wrong(`it is ${type}`);
    return;
  }
  const problem = body as Partial<Problem> | null;
  if (!type.startsWith("application/problem+json")) throw wrong(`it is ${type}`);
  if (!/^urn:outgrow-shop:[a-z-]+$/.test(problem?.type ?? "")) throw wrong("it has no type");
  if (typeof problem?.title !== "string" || problem.title === "") throw wrong("it has no title");
  if (problem.status !== status) throw wrong("its status is another");
  if (/select |insert |sqlite|postgres|\bat .*\.js/i.test(JSON.stringify(body)))
    throw wrong("it tells how it is made");
}
