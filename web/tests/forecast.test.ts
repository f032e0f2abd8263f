// What is expected of the sun, in words.
import { describe, expect, it } from 'vitest';
import { clock } from '../src/format';
import { type Forecast, forecastInWords, isForecastList, type Slot, sourceInWords, stretches } from '../src/forecast';

const hour = 3_600_000;
const morning = new Date(2026, 6, 14).getTime(); // midnight here
const at = (hours: number): string => new Date(morning + hours * hour).toISOString();
const slot = (from: number, to: number, watts: number): Slot => ({ start: at(from), end: at(to), watts });
const forecast = (slots: Slot[]): Forecast => ({ name: 'roof', kind: 'open-meteo', trouble: null, read_at: at(9), slots });
const words = (slots: Slot[], hours: number, measured: number | null = null): string => forecastInWords(forecast(slots), at(hours), measured).join(' ').replaceAll('\u00a0', ' ');
const days = [0, 24].flatMap((day) => [slot(day, day + 8, 0), slot(day + 8, day + 12, 2000), slot(day + 12, day + 16, 4000), slot(day + 16, day + 24, 0)]);

describe('a forecast in words', () => {
  it('says what is expected now beside what is measured, of the rest of today, tomorrow and at most', () =>
    expect(words(days, 10, 1900)).toBe(`2.00 kW expected now. The meters tell 1.90 kW. Today still about 20.0 kWh. Tomorrow about 24.0 kWh. At most 4.00 kW, from ${clock(at(12), at(10))}.`));

  it('counts of today only what is ahead, and says in the evening that there is no more', () => {
    expect(words(days, 15)).toContain('Today still about 4.00 kWh.');
    expect(words(days, 20)).toContain('No more sun is expected today.');
    expect(words(days.slice(4), 20)).not.toContain('today');
  });

  it('says where it ends before tomorrow does, and nothing of what it does not know', () => {
    expect(words(days.slice(0, 6), 10)).toContain(`Tomorrow about 8.00 kWh until ${clock(at(36), at(24))}; more is not known yet.`);
    expect(words(days.slice(0, 4), 10)).not.toContain('Tomorrow');
    expect(words([slot(12, 16, 4000)], 10)).toContain('What is expected now is unknown.');
    expect(words([], 10)).toBe('What is expected now is unknown.');
  });

  it('takes slots that end with the sun for the whole day', () => expect(words([...days.slice(0, 7), slot(40, 45, 20)], 10)).toContain('Tomorrow about 24.1 kWh.'));

  it('names its source and its age', () => {
    expect(sourceInWords(forecast([]), at(9.2)).replaceAll('\u00a0', ' ')).toBe('Forecast by open-meteo, read 12 min ago.');
    expect(sourceInWords({ ...forecast([]), read_at: null }, at(9))).toBe('Forecast by open-meteo, not read yet.');
  });

  it('is drawn slot by slot', () => expect(stretches(forecast([slot(1, 2, 7)]))).toEqual([{ start: at(1), end: at(2), value: 7 }]));
});

describe('an answer', () => {
  it('is a list of forecasts', () => {
    expect(isForecastList({ forecasts: [forecast([])] })).toBe(true);
    expect(isForecastList({ forecasts: [{ name: 'x' }] })).toBe(false);
    expect(isForecastList({ prices: [] })).toBe(false);
  });
});
