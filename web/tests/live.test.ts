// The link to the daemon: asks once a second, backs off, says when it is lost, and carries wishes.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Live, pauseAfter } from '../src/live.svelte';
import { exampleSnapshot } from './example';

type Reply = () => Response | Promise<Response>;
const ok = (body: unknown): Reply => () => new Response(JSON.stringify(body), { status: 200 });
const gone: Reply = () => Promise.reject(new TypeError('connection refused'));

let reply: Reply;
let asked: { path: string; method: string; body: unknown }[];
let live: Live;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  reply = ok(exampleSnapshot());
  vi.stubGlobal('fetch', (path: string, options: RequestInit = {}) => {
    asked.push({ path, method: options.method ?? 'GET', body: options.body ? JSON.parse(String(options.body)) : null });
    return new Promise<Response>((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
      Promise.resolve().then(reply).then(resolve, reject);
    });
  });
  live = new Live();
});
afterEach(() => {
  live.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const pass = (time: number): Promise<unknown> => vi.advanceTimersByTimeAsync(time);

describe('pauseAfter', () => {
  it('is a second while all is well, doubles with each failure and ends at 15 s', () =>
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(pauseAfter)).toEqual([1000, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]));
});

describe('Live', () => {
  it('asks at once and then every second', async () => {
    live.start();
    await pass(10);
    expect(live.connected).toBe(true);
    expect(live.snapshot?.connectors).toHaveLength(3);
    await pass(5000);
    expect(asked).toHaveLength(6);
  });

  it('takes one failure for a hiccup and two for a loss, and keeps what it knew', async () => {
    live.start();
    await pass(10);
    const seen = live.lastSeen;
    reply = gone;
    await pass(1000);
    expect([live.failures, live.lost]).toEqual([1, false]);
    await pass(1000);
    expect([live.failures, live.lost, live.connected]).toEqual([2, true, false]);
    expect(live.lastSeen).toBe(seen);
    expect(live.snapshot).not.toBeNull();
  });

  it('finds back by itself', async () => {
    reply = gone;
    live.start();
    await pass(4000);
    expect(live.lost).toBe(true);
    reply = ok(exampleSnapshot());
    await pass(15_000);
    expect(live.connected).toBe(true);
  });

  it('asks less often while nobody answers', async () => {
    reply = gone;
    live.start();
    await pass(60_000);
    expect(asked.length).toBeLessThanOrEqual(9);
  });

  it('does not wait for ever for an answer', async () => {
    reply = () => new Promise<Response>(() => {});
    live.start();
    await pass(5000);
    expect(live.failures).toBe(1);
  });

  it.each([
    ['another program', ok({ hello: 'world' })],
    ['a page', () => new Response('<html>', { status: 200 })],
    ['an error', () => new Response('{"error":"no"}', { status: 503 })],
  ] as [string, Reply][])('does not take the answer of %s for a snapshot', async (_, answer) => {
    reply = answer;
    live.start();
    await pass(10);
    expect(live.snapshot).toBeNull();
    expect(live.failures).toBe(1);
  });

  it('rests when stopped', async () => {
    live.start();
    await pass(10);
    live.stop();
    await pass(10_000);
    expect(asked).toHaveLength(1);
  });

  it('sends each wish in the form of the contract and looks again at once', async () => {
    expect(await live.setMode('minpv')).toBeNull();
    expect(await live.chargeNow(16, 3600)).toBeNull();
    expect(await live.cancelChargeNow()).toBeNull();
    expect(asked.filter((one) => one.method !== 'GET')).toEqual([
      { path: 'api/v1/mode', method: 'PUT', body: { mode: 'minpv' } },
      { path: 'api/chargeNow', method: 'POST', body: { chargeNowRate: 16, chargeNowDuration: 3600 } },
      { path: 'api/cancelChargeNow', method: 'POST', body: {} },
    ]);
    expect(asked.filter((one) => one.method === 'GET')).toHaveLength(3);
  });

  it('passes on why a wish was refused', async () => {
    reply = () => new Response('{"error":"The rate is above the circuit."}', { status: 400 });
    expect(await live.chargeNow(99, 60)).toBe('The rate is above the circuit.');
    reply = () => new Response('<html>', { status: 502 });
    expect(await live.setMode('off')).toBe('The controller refused (HTTP 502).');
    reply = gone;
    expect(await live.setMode('off')).toBe('The controller cannot be reached. Nothing was changed.');
  });
});

/** A WebSocket whose other end the test plays. */
class Wire {
  static all: Wire[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  open = true;
  constructor(readonly address: URL) {
    Wire.all.push(this);
  }
  close(): void {
    this.open = false;
  }
  tell(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks(): void {
    this.open = false;
    this.onclose?.();
  }
}

describe('Live with a stream', () => {
  beforeEach(() => {
    Wire.all = [];
    vi.stubGlobal('WebSocket', Wire);
    vi.stubGlobal('location', { href: 'https://garage.local:8080/' });
  });
  const wire = (): Wire => {
    const last = Wire.all.at(-1);
    if (!last) throw new Error('there is no stream');
    return last;
  };
  const listening = async (): Promise<Wire> => {
    live.start();
    await pass(10);
    wire().tell({ snapshot: exampleSnapshot() });
    return wire();
  };

  it('asks once, then listens and asks no more', async () => {
    const stream = await listening();
    expect(stream.address.href).toBe('wss://garage.local:8080/api/v1/stream');
    for (let second = 1; second <= 20; second += 1) {
      await pass(1000);
      stream.tell({ patch: [{ op: 'replace', path: '/time', value: `2026-06-03T12:05:${10 + second}Z` }] });
      expect(live.snapshot?.time).toBe(`2026-06-03T12:05:${10 + second}Z`);
    }
    expect(asked).toHaveLength(1);
    expect(live.connected).toBe(true);
  });

  it('asks as before where there is no stream, and tries for one now and then', async () => {
    live.start();
    await pass(10);
    wire().breaks();
    await pass(20_000);
    expect(asked.length).toBeGreaterThanOrEqual(20);
    expect(Wire.all.length).toBeLessThanOrEqual(5);
  });

  it('asks at once when the stream breaks and listens again when there is an answer', async () => {
    const stream = await listening();
    reply = gone;
    stream.breaks();
    await pass(1500);
    expect(live.lost).toBe(true);
    reply = ok(exampleSnapshot());
    await pass(5000);
    expect(Wire.all).toHaveLength(2);
    wire().tell({ snapshot: exampleSnapshot() });
    expect(live.connected).toBe(true);
    const before = asked.length;
    await pass(3000);
    expect(asked).toHaveLength(before);
  });

  it('takes a stream that says nothing for broken', async () => {
    const stream = await listening();
    await pass(6000);
    expect(stream.open).toBe(false);
    expect(asked.length).toBeGreaterThan(1);
  });

  it.each([
    ['a patch that does not fit', { patch: [{ op: 'remove', path: '/moon' }] }],
    ['a patch after which it is no snapshot', { patch: [{ op: 'remove', path: '/connectors' }] }],
    ['something else', { hello: 'world' }],
  ])('asks again after %s', async (_, message) => {
    const stream = await listening();
    stream.tell(message);
    expect(stream.open).toBe(false);
    await pass(10);
    expect(asked).toHaveLength(2);
    expect(live.connected).toBe(true);
  });

  it('leaves the stream when stopped, and when nobody is logged in any more', async () => {
    const first = await listening();
    live.stop();
    expect(first.open).toBe(false);
    const second = await listening();
    reply = () => new Response('{}', { status: 401 });
    second.breaks();
    await pass(10);
    expect([live.shut, live.snapshot]).toEqual([true, null]);
    await pass(30_000);
    expect(Wire.all).toHaveLength(2);
  });
});
