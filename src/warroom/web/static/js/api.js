// Requests to our own server: JSON in and out, the header that writes need, and errors as sentences.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `The server answered ${status}.`);
    this.status = status;
    this.kind = problem.kind || "";
  }
}

export async function ask(method, path, body, more = {}) {
  const headers = { Accept: "application/json", ...more };
  if (method !== "GET") headers["X-Warroom-Request"] = "1";
  const isFile = body instanceof Blob; // is sent as it is, piece by piece
  if (body !== undefined) headers["Content-Type"] = isFile ? "application/octet-stream" : "application/json";
  const answer = await reach(path, {
    method,
    headers,
    credentials: "same-origin",
    body: body === undefined || isFile ? body : JSON.stringify(body),
  });
  if (answer.status === 204) return null;
  return answer.json();
}

export async function fragment(path) {
  const answer = await reach(path, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  return answer.text();
}

async function reach(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(0, { detail: "The server cannot be reached. What you typed is kept; try again when it is live." });
  }
  if (answer.status === 401 && !path.endsWith("/session")) {
    const here = location.pathname + location.search;
    location.assign(`/login?error=ended&next=${encodeURIComponent(here)}`);
  }
  if (!answer.ok) throw new Refused(answer.status, await problemOf(answer));
  return answer;
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

const V1 = "/api/v1";
export const api = {
  get: (path) => ask("GET", V1 + path),
  post: (path, body = {}) => ask("POST", V1 + path, body),
  upload: (path, file, key) => ask("POST", V1 + path, file, { "Idempotency-Key": key }),
  put: (path, body = {}) => ask("PUT", V1 + path, body),
  patch: (path, body = {}) => ask("PATCH", V1 + path, body),
  delete: (path) => ask("DELETE", V1 + path),
};
