// The tree of circuits as a list, and its numbers as words.
import { describe, expect, it } from 'vitest';
import { asTree, isOver, left, limits, others } from '../src/circuits';
import type { Circuit } from '../src/snapshot';
import { exampleSnapshot } from './example';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');
const circuit = (change: Partial<Circuit>): Circuit => ({ ...exampleSnapshot().circuits[0]!, ...change });

describe('the tree', () => {
  it('has what a circuit feeds right behind it', () => {
    const names = asTree([
      circuit({ name: 'street', parent: null }),
      circuit({ name: 'other', parent: null }),
      circuit({ name: 'garage', parent: 'street' }),
      circuit({ name: 'wall', parent: 'garage' }),
    ]).map(({ circuit: { name }, depth }) => [name, depth]);
    expect(names).toEqual([['street', 0], ['garage', 1], ['wall', 2], ['other', 0]]);
  });

  it('ends even where a circuit feeds itself', () => {
    expect(asTree([circuit({ name: 'a', parent: 'a' })])).toEqual([]);
    expect(asTree([circuit({ name: 'a', parent: null }), circuit({ name: 'a', parent: 'a' })]).length).toBeLessThan(9);
  });
});

describe('a circuit', () => {
  it.each([
    [25, null, '25 A per phase'],
    [null, 11000, '11.0 kW'],
    [16, 4200, '16 A per phase and 4.20 kW'],
    [null, null, 'no limit in force'],
  ])('with %o A and %o W bears %s', (amps, watts, text) => expect(plain(limits(circuit({ amps, watts })))).toBe(text));

  it('tells apart what is not measured and what is not known now', () => {
    expect(others(circuit({ others: null, measured: false }))).toEqual(['–', '–', '–']);
    expect(others(circuit({ others: null, measured: true }))).toEqual(['unknown', 'unknown', 'unknown']);
    expect(others(circuit({ others: [0, 1.25, -3] })).map(plain)).toEqual(['0 A', '1.3 A', '−3 A']);
  });

  it('is over its limit when a phase is', () => {
    expect(isOver(circuit({ left: [3, -0.04, 9] }))).toBe(false);
    expect(isOver(circuit({ left: [3, -0.5, 9] }))).toBe(true);
    expect(isOver(circuit({ left: null }))).toBe(false);
    expect(left(circuit({ left: [3, -0.5, 9] })).map(plain)).toEqual(['3 A', '−0.5 A', '9 A']);
    expect(left(circuit({ left: null, amps: 25 }))).toEqual(['unknown', 'unknown', 'unknown']);
    expect(left(circuit({ left: null, amps: null }))).toEqual(['–', '–', '–']);
  });
});
