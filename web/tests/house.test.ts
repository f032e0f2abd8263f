// What comes from sun and grid goes to house, cars and grid.
import { describe, expect, it } from 'vitest';
import { balance, leftForCharging, origin } from '../src/house';
import { exampleSnapshot } from './example';

const site = (generation: number | null, house: number | null, charging: number) => ({ ...exampleSnapshot().site, generation, house, charging });
const sum = (shares: { watts: number }[]): number => shares.reduce((total, share) => total + share.watts, 0);

describe('balance', () => {
  it.each([
    [5000, 400, 3000],
    [0, 400, 3000],
    [400, 400, 0],
    [100, 400, 0],
    [8000, 0, 0],
  ])('of %d W sun, %d W house and %d W cars adds up on both sides', (generation, house, charging) => {
    const flows = balance(site(generation, house, charging));
    expect(flows).not.toBeNull();
    expect(sum(flows!.from)).toBeCloseTo(flows!.total);
    expect(sum(flows!.to)).toBeCloseTo(flows!.total);
    expect(flows!.grid).toBeCloseTo(house + charging - generation);
    expect([...flows!.from, ...flows!.to].every((share) => share.watts > 0)).toBe(true);
  });

  it('is unknown when the sun or the house is', () => {
    expect(balance(site(null, 400, 0))).toBeNull();
    expect(balance(site(400, null, 0))).toBeNull();
  });

  it('does not take an inverter that draws at night for negative sun', () => {
    const flows = balance(site(-8, 400, 0));
    expect(flows!.from.map((share) => share.part)).toEqual(['grid']);
    expect(flows!.grid).toBe(400);
  });
});

describe('leftForCharging', () => {
  it('counts every phase', () => expect(leftForCharging({ ...exampleSnapshot().site, sun: 10, volts: 230, phases: 3 })).toBe(6900));
  it('is unknown when the sun is', () => expect(leftForCharging({ ...exampleSnapshot().site, sun: null })).toBeNull());
});

describe('origin', () => {
  it('names the sources that count', () => expect(origin(exampleSnapshot().meters, 'generation')).toBe('from URL'));
  it('says which of them only estimates', () => {
    const meters = exampleSnapshot().meters.map((meter) => ({ ...meter, estimated: true }));
    expect(origin(meters, 'generation')).toBe('from URL (estimated)');
    expect(origin(meters, 'consumption')).toBe('from URL');
  });
  it('says when none is fresh', () => {
    const meters = exampleSnapshot().meters.map((meter) => ({ ...meter, fresh: false }));
    expect(origin(meters, 'generation')).toBe('no fresh reading');
  });
  it('says when there is none', () => expect(origin([], 'consumption')).toBe('no energy source is configured'));
});
