// Something that the daemon tells when it is asked: what it said last, and why it cannot be read now.
import { ask, type Change, refusal, send, unreachable } from './ask';

export class Reading<T> {
  value = $state.raw<T | null>(null);
  refused = $state<string | null>(null);
  readonly #path: string;
  readonly #fits: (body: unknown) => body is T;
  /** Of answers that overtake each other the one to the last question counts. */
  #turn = 0;

  constructor(path: string, fits: (body: unknown) => body is T) {
    this.#path = path;
    this.#fits = fits;
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    let refused: string | null = null;
    let value: T | null = null;
    try {
      const answer = await ask(this.#path);
      if (!answer.ok) refused = refusal(answer);
      else if (this.#fits(answer.body)) value = answer.body;
      else refused = 'The controller answered something that this page does not understand. Reload the page.';
    } catch {
      refused = 'The controller cannot be reached.';
    }
    if (turn !== this.#turn) return;
    if (value !== null) this.value = value;
    this.refused = refused;
  }

  /** Asks for a change and takes what holds then; null, or one sentence that says why nothing was changed. */
  async change(method: Change, body: unknown): Promise<string | null> {
    try {
      const answer = await send(method, this.#path, body);
      if (!answer.ok) return refusal(answer);
      this.#turn += 1; // what was asked before is older
      if (this.#fits(answer.body)) this.value = answer.body;
      else await this.load();
      return null;
    } catch {
      return unreachable;
    }
  }
}

/** Whether an answer has these members, and lists where lists are wanted. */
export function has(body: unknown, lists: string[], others: string[] = []): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const members = body as Record<string, unknown>;
  return lists.every((name) => Array.isArray(members[name])) && others.every((name) => name in members);
}
