// One question to the daemon and its answer, with an end to waiting.
const patience = 5000;
/** Checking a password takes the smallest controller a second or two, and others may be before us. */
const patienceForChanges = 15_000;

export interface Answer {
  ok: boolean;
  status: number;
  /** Null when the body is not JSON. */
  body: unknown;
}

/** Head and body within `wait` ms, else it throws. */
export async function ask(path: string, options: RequestInit = {}, wait = patience): Promise<Answer> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), wait);
  try {
    const answer = await fetch(path, { ...options, cache: 'no-store', signal: stop.signal });
    const text = await answer.text();
    return { ok: answer.ok, status: answer.status, body: parsed(text) };
  } finally {
    clearTimeout(timer);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** What the daemon answered that is not a success, as one sentence. */
export function refusal({ status, body }: Answer): string {
  for (const member of ['detail', 'error']) {
    const text: unknown = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[member] : null;
    if (typeof text === 'string') return text;
  }
  return `The controller refused (HTTP ${status}).`;
}

export const unreachable = 'The controller cannot be reached. Nothing was changed.';

export type Change = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks for a change. The header tells the daemon that our own page asks: no page of another site can send it. */
export function send(method: Change, path: string, body: unknown = {}): Promise<Answer> {
  return ask(path, { method, headers: { 'Content-Type': 'application/json', 'X-Twcmanager': '1' }, body: JSON.stringify(body) }, patienceForChanges);
}

/** Sends a wish; the answer is null when it was granted, else a sentence that says why not. */
export async function wish(method: Change, path: string, body: unknown = {}): Promise<string | null> {
  try {
    const answer = await send(method, path, body);
    return answer.ok ? null : refusal(answer);
  } catch {
    return unreachable;
  }
}
