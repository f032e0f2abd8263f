// What is asked beside the snapshot, and how often.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Energy } from '../src/energy.svelte';

let asked: string[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(new Response('{}', { status: 404 }));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const count = (path: string): number => asked.filter((one) => one === path).length;

it('asks for sources each time, for prices and forecasts every five minutes, and by relative addresses', () => {
  const energy = new Energy();
  for (let seconds = 0; seconds < 600; seconds += 10) {
    energy.look();
    vi.advanceTimersByTime(10_000);
  }
  expect(count('api/v1/meters')).toBe(60);
  expect(count('api/v1/prices')).toBe(2);
  expect(count('api/v1/forecasts')).toBe(2);
  expect(asked.every((path) => path.startsWith('api/'))).toBe(true);
});
