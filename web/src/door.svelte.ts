// Who this browser is to the daemon, and the ways in and out.
import { ask, refusal, send, unreachable, wish } from './ask';

export type Scope = 'view' | 'operate' | 'admin';
export const scopes: { value: Scope; words: string }[] = [
  { value: 'view', words: 'see everything' },
  { value: 'operate', words: 'see and charge' },
  { value: 'admin', words: 'do everything, and give access' },
];

export interface Token {
  id: string;
  name: string;
  scope: Scope;
  /** RFC 3339 */
  created: string;
  used: string | null;
}
export interface Person {
  name: string;
  role: Scope;
}

/** What keeps this browser from seeing the house. */
export type Need = 'nothing' | 'set_up' | 'log_in';

type Body = Record<string, unknown>;
const members = (value: unknown): Body => (typeof value === 'object' && value !== null ? (value as Body) : {});

export class Door {
  need = $state<Need>('nothing');
  name = $state<string | null>(null);
  role = $state<Scope | null>(null);
  /** A session that can be ended here; a demo has none. */
  session = $state(false);
  tokens = $state.raw<Token[]>([]);
  people = $state.raw<Person[]>([]);

  /** Whether the daemon will grant us what needs this role; false while it has not said who we are. */
  may(needed: Scope): boolean {
    const rank = (role: Scope | null): number => scopes.findIndex(({ value }) => value === role);
    return rank(this.role) >= rank(needed);
  }

  /** Asks the daemon who we are. When it does not answer, all stays as it is. */
  async refresh(): Promise<void> {
    try {
      const { ok, body } = await ask('api/v1/me');
      if (ok) this.#take(members(body));
    } catch {
      // The page tells by itself that the connection is lost.
    }
  }

  #take(me: Body): void {
    this.name = typeof me.name === 'string' ? me.name : null;
    this.role = scopes.find(({ value }) => value === me.role)?.value ?? null;
    this.session = me.by === 'session';
    if (this.role !== null) this.need = 'nothing';
    else this.need = me.door === 'set_up' ? 'set_up' : 'log_in';
  }

  async setUp(code: string, password: string): Promise<string | null> {
    return this.#then(await wish('POST', 'api/v1/setup', { code, password }));
  }

  async logIn(name: string, password: string): Promise<string | null> {
    return this.#then(await wish('POST', 'api/v1/login', { name, password }));
  }

  async logOut(): Promise<string | null> {
    return this.#then(await wish('POST', 'api/v1/logout'));
  }

  async #then(error: string | null): Promise<string | null> {
    await this.refresh();
    return error;
  }

  /** Reads who has access; null, or why it could not be read. */
  async readAccess(): Promise<string | null> {
    try {
      const [tokens, people] = await Promise.all([ask('api/v1/tokens'), ask('api/v1/people')]);
      if (!tokens.ok) return refusal(tokens);
      if (!people.ok) return refusal(people);
      this.tokens = members(tokens.body).tokens as Token[];
      this.people = members(people.body).people as Person[];
      return null;
    } catch {
      return unreachable;
    }
  }

  /** The new token, which nobody can read again later, or why there is none. */
  async makeToken(name: string, scope: Scope): Promise<{ token: string } | { refused: string }> {
    try {
      const answer = await send('POST', 'api/v1/tokens', { name, scope });
      const { token } = members(answer.body);
      if (!answer.ok || typeof token !== 'string') return { refused: refusal(answer) };
      await this.readAccess();
      return { token };
    } catch {
      return { refused: unreachable };
    }
  }

  async revokeToken(id: string): Promise<string | null> {
    return (await wish('DELETE', `api/v1/tokens/${encodeURIComponent(id)}`)) ?? this.readAccess();
  }

  /** Adds somebody, or gives a new role and password. */
  async putPerson(name: string, role: Scope, password: string): Promise<string | null> {
    const refused = await wish('POST', 'api/v1/people', { name, role, password });
    if (refused !== null) return refused;
    // A new password of our own ends our own session.
    if (name === this.name) await this.refresh();
    return this.role === 'admin' ? this.readAccess() : null;
  }

  async removePerson(name: string): Promise<string | null> {
    return (await wish('DELETE', `api/v1/people/${encodeURIComponent(name)}`)) ?? this.readAccess();
  }
}
