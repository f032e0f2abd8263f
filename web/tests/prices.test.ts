// Prices in words.
import { describe, expect, it } from 'vitest';
import { isPriceList, type Prices, priceInWords, pricesInWords, type Slot, stretches } from '../src/prices';

const hour = 3_600_000;
const morning = new Date(2026, 6, 14).getTime(); // midnight here
const slot = (from: number, to: number, price: number): Slot => ({ start: new Date(morning + from * hour).toISOString(), end: new Date(morning + to * hour).toISOString(), price });
const at = (hours: number): string => new Date(morning + hours * hour).toISOString();
const source = (slots: Slot[], currency: string | null = 'EUR'): Prices => ({ name: 'market', kind: 'awattar', currency, trouble: null, slots });

describe('a price', () => {
  it.each([
    [0.2891, 'EUR', '28.9\u00a0ct'],
    [-0.00418, 'EUR', '\u22120.4\u00a0ct'],
    [-0.0001, 'EUR', '0.0\u00a0ct'],
    [0.021, 'GBP', '2.1\u00a0p'],
    [0.4123, 'PLN', '0.412\u00a0PLN'],
    [0.5, null, '0.500'],
    [null, 'EUR', 'unknown'],
  ] as const)('of %s %s reads %s', (price, currency, words) => expect(priceInWords(price, currency)).toBe(words));
});

describe('prices in words', () => {
  it('say what holds, when it is cheapest, and what is below zero', () => {
    const words = pricesInWords(source([slot(0, 1, 0.3), slot(1, 2, 0.3), slot(2, 3, 0.1), slot(3, 4, -0.02), slot(4, 5, -0.02)]), at(0.5));
    expect(words).toHaveLength(3);
    expect(words[0]).toContain('30.0\u00a0ct per kWh now, until ');
    expect(words[1]).toContain('\u22122.0\u00a0ct');
    expect(words[2]).toBe('Below zero for 2\u00a0h ahead.');
  });

  it('say that a gap is unknown', () => expect(pricesInWords(source([slot(3, 4, 0.1)]), at(1))[0]).toBe('The price of now is unknown.'));

  it('name no cheapest hour when it is now', () => expect(pricesInWords(source([slot(0, 1, 0.1), slot(1, 2, 0.3)]), at(0.5))).toHaveLength(1));
});

describe('an answer', () => {
  it('is drawn slot by slot', () => expect(stretches(source([slot(0, 1, -0.1)]))).toEqual([{ start: at(0), end: at(1), value: -0.1 }]));

  it('is a list of sources', () => {
    expect(isPriceList({ prices: [source([])] })).toBe(true);
    expect(isPriceList({ prices: [] })).toBe(true);
    expect(isPriceList({ prices: [{ name: 'x' }] })).toBe(false);
    expect(isPriceList({ sources: [] })).toBe(false);
  });
});
