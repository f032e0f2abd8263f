// What the sun is expected to yield, in words and as what a strip of bars is drawn from.
import { ago, clock, energy, watts } from './format';
import { has } from './reading.svelte';
import type { Stretch } from './strip';

export interface Slot {
  /** RFC 3339 */
  start: string;
  end: string;
  watts: number;
}
export interface Forecast {
  name: string;
  kind: string;
  trouble: string | null;
  read_at: string | null;
  slots: Slot[];
}
export const isForecastList = (body: unknown): body is { forecasts: Forecast[] } =>
  has(body, ['forecasts']) && (body as { forecasts: unknown[] }).forecasts.every((each) => has(each, ['slots'], ['name', 'kind', 'trouble', 'read_at']));

export const stretches = ({ slots }: Forecast): Stretch[] => slots.map(({ start, end, watts: value }) => ({ start, end, value }));

/** W; slots that end below it end with the sun. */
const dusk = 100;

/** In kWh, of what lies between two moments (ms); null: nothing is known of that time. */
function between(slots: readonly Slot[], from: number, to: number): number | null {
  let sum: number | null = null;
  for (const slot of slots) {
    const [begins, ends] = [Math.max(from, Date.parse(slot.start)), Math.min(to, Date.parse(slot.end))];
    if (begins < ends) sum = (sum ?? 0) + (slot.watts * (ends - begins)) / 3.6e9;
  }
  return sum;
}

/** What is expected now, today, tomorrow and at most. `measured`: what the sun yields now, in W. */
export function forecastInWords({ slots }: Forecast, now: string, measured: number | null): string[] {
  const moment = Date.parse(now);
  const day = new Date(now);
  const [night, end] = [1, 2].map((days) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime()) as [number, number];
  const words: string[] = [];
  const held = slots.find(({ start, end: until }) => Date.parse(start) <= moment && moment < Date.parse(until));
  const beside = measured === null ? '' : ` The meters tell ${watts(measured)}.`;
  words.push(held ? `${watts(held.watts)} expected now.${beside}` : `What is expected now is unknown.${beside}`);
  const today = between(slots, moment, night);
  if (today !== null) words.push(today < 0.05 ? 'No more sun is expected today.' : `Today still about ${energy(today)}.`);
  const tomorrow = between(slots, night, end);
  if (tomorrow !== null) {
    const last = slots.filter(({ start }) => Date.parse(start) < end).reduce((later, each) => (Date.parse(each.end) > Date.parse(later.end) ? each : later));
    const cut = last.watts > dusk && Date.parse(last.end) < end ? ` until ${clock(last.end, night)}; more is not known yet` : '';
    words.push(`Tomorrow about ${energy(tomorrow)}${cut}.`);
  }
  const ahead = slots.filter(({ start, end: until }) => Date.parse(until) > moment && Date.parse(start) < end);
  const most = ahead.reduce<Slot | undefined>((best, each) => (best === undefined || each.watts > best.watts ? each : best), undefined);
  if (most && most !== held && most.watts > 0) words.push(`At most ${watts(most.watts)}, from ${clock(most.start, now)}.`);
  return words;
}

/** "Forecast by open-meteo, read 12 min ago." */
export function sourceInWords({ kind, read_at }: Forecast, now: string): string {
  return `Forecast by ${kind}, ${read_at === null ? 'not read yet' : `read ${ago((Date.parse(now) - Date.parse(read_at)) / 1000)}`}.`;
}
