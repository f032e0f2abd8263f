// Numbers as the page writes them.
import { describe, expect, it } from 'vitest';
import { ago, amps, clock, energy, glued, sentence, span, volts, watts, wear } from '../src/format';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('what is unknown', () => {
  it.each([amps, watts, energy, volts, span, ago])('is said to be unknown and never zero (%o)', (form) => {
    expect(form(null)).toBe('unknown');
    expect(form(undefined)).toBe('unknown');
    expect(form(Number.NaN)).toBe('unknown');
    expect(form(0)).not.toBe('unknown');
  });
});

describe('amps', () => {
  it.each([
    [0, '0 A'],
    [6, '6 A'],
    [11.85, '11.9 A'],
    [11.84, '11.8 A'],
    [-0.04, '0 A'],
    [100, '100 A'],
    [-3.25, '−3.3 A'],
  ])('%d is written %s', (value, text) => expect(plain(amps(value))).toBe(text));

  it('keeps number and unit on one line', () => expect(amps(6)).toBe('6\u00a0A'));
});

describe('wear', () => {
  const connector = { stop_way: 'silence', zeros: 3, silences: 1, silences_allowed: 2, orders: 0, orders_allowed: 3, relay_operations: 1204 } as const;

  it.each([
    ['silence', 'stops: 1 of 2 · relay 1,204 times'],
    ['order', 'stops: 0 of 3 · cut off 1 time · relay 1,204 times'],
    ['zero', 'stops: 3 · cut off 1 time · relay 1,204 times'],
    ['none', 'stops: by nothing · cut off 1 time · relay 1,204 times'],
  ] as const)('of a car stopped by %s says %s', (stop_way, text) => expect(wear({ ...connector, stop_way })).toBe(text));

  it('counts one as one', () => expect(wear({ ...connector, relay_operations: 1 })).toBe('stops: 1 of 2 · relay 1 time'));
});

describe('watts', () => {
  it.each([
    [0, '0 W'],
    [420, '420 W'],
    [999.4, '999 W'],
    [999.6, '1.00 kW'],
    [8175.18, '8.18 kW'],
    [9994, '9.99 kW'],
    [9996, '10.0 kW'],
    [13100.5, '13.1 kW'],
    [-1234, '−1.23 kW'],
    [-12, '−12 W'],
  ])('%d is written %s', (value, text) => expect(plain(watts(value))).toBe(text));
});

describe('energy', () => {
  it.each([
    [0, '0.00 kWh'],
    [1.734, '1.73 kWh'],
    [9.996, '10.0 kWh'],
    [41.26, '41.3 kWh'],
  ])('%d is written %s', (value, text) => expect(plain(energy(value))).toBe(text));
});

describe('span', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [60, '1 min'],
    [760.3, '12 min'],
    [3600, '1 h'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [100_800, '1 d 4 h'],
    [-5, '0 s'],
  ])('%d seconds are %s', (value, text) => expect(plain(span(value))).toBe(text));

  it('is "just now" when it has only just happened', () => {
    expect(ago(0.4)).toBe('just now');
    expect(plain(ago(42))).toBe('42 s ago');
  });
});

describe('clock', () => {
  it('names the day only when it is another one', () => {
    const noon = new Date(2026, 5, 3, 12, 5).getTime();
    const dayBefore = new Date(2026, 5, 2, 12, 5).getTime();
    expect(clock(noon, noon)).not.toContain('3');
    expect(clock(dayBefore, noon)).toContain('2');
    expect(clock(new Date(noon).toISOString(), new Date(noon).toISOString())).toBe(clock(noon, noon));
    expect(clock(dayBefore, noon).length).toBeGreaterThan(clock(noon, noon).length);
  });
});

describe('sentence', () => {
  it('begins large, ends with a full stop and does not part a number from its unit', () => {
    expect(sentence('the sun leaves 7.3 A')).toBe('The sun leaves 7.3\u00a0A.');
    expect(sentence('Done.')).toBe('Done.');
    expect(sentence('')).toBe('');
  });

  it('leaves words alone that only begin like a unit', () => expect(glued('3 Animals')).toBe('3 Animals'));
});
