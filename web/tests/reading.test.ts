// What is read from the daemon and changed there, and which view an address asks for.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Door } from '../src/door.svelte';
import { has, Reading } from '../src/reading.svelte';
import { viewOf } from '../src/views';

interface Told { list: number[] }
const isTold = (body: unknown): body is Told => has(body, ['list']);
let answers: (() => Promise<Response>)[];
let asked: { method: string; mark: string | null; body: unknown }[];
let reading: Reading<Told>;

const json = (body: unknown, status = 200) => () => Promise.resolve(new Response(JSON.stringify(body), { status }));

beforeEach(() => {
  answers = [];
  asked = [];
  vi.stubGlobal('fetch', (_: string, options: RequestInit = {}) => {
    asked.push({ method: options.method ?? 'GET', mark: new Headers(options.headers).get('X-Twcmanager'), body: options.body ? JSON.parse(String(options.body)) : null });
    const next = answers.shift();
    return next ? next() : Promise.reject(new Error('gone'));
  });
  reading = new Reading('api/v1/thing', isTold);
});
afterEach(() => vi.unstubAllGlobals());

describe('something that is read', () => {
  it('is kept when it cannot be read again, with the reason', async () => {
    answers = [json({ list: [1] }), json({ detail: 'Not now.' }, 503), json({ other: 1 })];
    await reading.load();
    expect([reading.value, reading.refused]).toEqual([{ list: [1] }, null]);
    await reading.load();
    expect([reading.value, reading.refused]).toEqual([{ list: [1] }, 'Not now.']);
    await reading.load();
    expect(reading.refused).toMatch(/does not understand/);
    await reading.load();
    expect(reading.refused).toBe('The controller cannot be reached.');
  });

  it('is what the last question was answered with, whichever answer comes last', async () => {
    let late: (answer: Response) => void = () => undefined;
    answers = [() => new Promise((done) => (late = done)), json({ list: [2] })];
    const first = reading.load();
    await reading.load();
    late(new Response('{"list":[1]}'));
    await first;
    expect(reading.value).toEqual({ list: [2] });
  });

  it('is changed with our mark, and is then what the daemon answered', async () => {
    answers = [json({ list: [3] })];
    expect(await reading.change('PATCH', { a: 1 })).toBeNull();
    expect(asked).toEqual([{ method: 'PATCH', mark: '1', body: { a: 1 } }]);
    expect(reading.value).toEqual({ list: [3] });
  });

  it('is read again where a change is answered otherwise', async () => {
    answers = [json({ status: 'success' }), json({ list: [4] })];
    expect(await reading.change('PUT', {})).toBeNull();
    expect(reading.value).toEqual({ list: [4] });
  });

  it('stays as it is when a change is refused', async () => {
    answers = [json({ list: [1] }), json({ detail: 'Too much; nothing was changed.' }, 400)];
    await reading.load();
    expect(await reading.change('PUT', {})).toBe('Too much; nothing was changed.');
    expect(await reading.change('PUT', {})).toMatch(/cannot be reached/);
    expect(reading.value).toEqual({ list: [1] });
  });
});

describe('a view', () => {
  it('is that of the address, if whoever asks may see it', () => {
    const door = new Door();
    const view = (hash: string): string => viewOf(hash, (needed) => door.may(needed));
    expect(view('#schedule')).toBe('overview');
    door.role = 'view';
    expect([view('#schedule'), view('#policies'), view('#settings'), view('#nonsense'), view('')]).toEqual(['schedule', 'policies', 'overview', 'overview', 'overview']);
    door.role = 'operate';
    expect([view('#settings'), door.may('admin')]).toEqual(['settings', false]);
    door.role = 'admin';
    expect([door.may('view'), door.may('operate'), door.may('admin')]).toEqual([true, true, true]);
  });
});
