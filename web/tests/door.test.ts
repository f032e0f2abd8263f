// The ways in and out, as the daemon answers them.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Door } from '../src/door.svelte';
import { Live } from '../src/live.svelte';

interface Asked {
  path: string;
  method: string;
  body: unknown;
  mark: string | null;
}
let asked: Asked[];
let me: unknown;
let answer: (one: Asked) => Response;
let door: Door;

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const problem = (status: number, detail: string): Response => json({ type: 'about:blank', title: 'x', status, detail }, status);

beforeEach(() => {
  asked = [];
  me = { door: 'locked', name: null, role: null, by: null };
  answer = () => json({ status: 'success' });
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    const body: unknown = options.body ? JSON.parse(String(options.body)) : null;
    const one = { path, method: options.method ?? 'GET', body, mark: new Headers(options.headers).get('X-Twcmanager') };
    asked.push(one);
    return Promise.resolve(path === 'api/v1/me' ? json(me) : answer(one));
  });
  door = new Door();
});
afterEach(() => vi.unstubAllGlobals());

describe('who we are', () => {
  it('a controller without a password wants to be set up', async () => {
    me = { door: 'set_up', name: null, role: null, by: null };
    await door.refresh();
    expect(door.need).toBe('set_up');
  });

  it('a stranger has to log in, whoever has a role does not', async () => {
    await door.refresh();
    expect(door.need).toBe('log_in');
    me = { door: 'locked', name: 'admin', role: 'admin', by: 'session' };
    await door.refresh();
    expect([door.need, door.name, door.role, door.session]).toEqual(['nothing', 'admin', 'admin', true]);
  });

  it('a demo is open and has no session to end', async () => {
    me = { door: 'open', name: null, role: 'admin', by: null };
    await door.refresh();
    expect([door.need, door.session]).toEqual(['nothing', false]);
  });

  it('a daemon that does not answer changes nothing', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('gone')));
    await door.refresh();
    expect(door.need).toBe('nothing');
  });
});

describe('coming in', () => {
  it('log-in is sent with the header of our own page', async () => {
    answer = () => {
      me = { door: 'locked', name: 'admin', role: 'admin', by: 'session' };
      return json({ status: 'success' });
    };
    expect(await door.logIn('admin', 'secret')).toBeNull();
    expect(asked[0]).toEqual({ path: 'api/v1/login', method: 'POST', body: { name: 'admin', password: 'secret' }, mark: '1' });
    expect(door.need).toBe('nothing');
  });

  it('a refusal is said in the words of the daemon', async () => {
    answer = () => problem(429, 'Too many attempts; try again in 30 s.');
    expect(await door.setUp('X', 'secret')).toBe('Too many attempts; try again in 30 s.');
    expect(door.need).toBe('log_in');
  });

  it('what the daemon refuses without a word is said too', async () => {
    answer = () => new Response('?', { status: 500 });
    expect(await door.logIn('admin', 'secret')).toBe('The controller refused (HTTP 500).');
  });
});

describe('access', () => {
  it('a new token is given once and the list read again', async () => {
    const token = { id: 'a/b', name: 'openWB', scope: 'operate', created: '2026-06-03T12:05:00Z', used: null };
    answer = ({ path, method }) => {
      if (method === 'POST') return json({ ...token, token: 'twc_x' });
      return json(path === 'api/v1/tokens' ? { tokens: [token] } : { people: [{ name: 'admin', role: 'admin' }] });
    };
    expect(await door.makeToken('openWB', 'operate')).toEqual({ token: 'twc_x' });
    expect(door.tokens).toEqual([token]);
    expect(door.people).toHaveLength(1);
    await door.revokeToken('a/b');
    expect(asked.some(({ path, method }) => method === 'DELETE' && path === 'api/v1/tokens/a%2Fb')).toBe(true);
  });

  it('a token that is refused is none', async () => {
    answer = () => problem(409, 'There are 64 tokens already.');
    expect(await door.makeToken('x', 'view')).toEqual({ refused: 'There are 64 tokens already.' });
  });
});

describe('Live before a shut door', () => {
  it('stops asking, says so, and shows nothing of before', async () => {
    answer = () => problem(401, 'Log in.');
    const live = new Live();
    await live.refresh();
    expect([live.shut, live.lost, live.snapshot]).toEqual([true, false, null]);
  });
});
