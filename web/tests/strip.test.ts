// What is known for today and tomorrow, as bars.
import { describe, expect, it } from 'vitest';
import { type Stretch, strip } from '../src/strip';

const hour = 3_600_000;
const morning = new Date(2026, 6, 14).getTime(); // midnight here
const at = (hours: number): string => new Date(morning + hours * hour).toISOString();
const slot = (from: number, to: number, value: number): Stretch => ({ start: at(from), end: at(to), value });

describe('a strip', () => {
  it('is today alone until something of tomorrow is known', () => {
    expect(strip([slot(0, 24, 0.1)], at(12))?.tomorrow).toBeNull();
    const two = strip([slot(0, 24, 0.1), slot(24, 25, 0.2)], at(12));
    expect(two?.tomorrow).toBeCloseTo(0.5, 1);
    expect(two?.now).toBeCloseTo(0.25, 1);
    expect(two?.knows).toBe(true);
    expect(two?.hours.map((one) => one.at)).toEqual([0.25, 0.75]);
  });

  it('shows tomorrow empty where it stands beside one that knows more', () => {
    const drawn = strip([slot(0, 24, 0.1)], at(12), true);
    expect(drawn).toMatchObject({ tomorrow: 0.5, knows: false });
    expect(drawn?.bars[0]?.width).toBeCloseTo(0.5);
    expect(strip([slot(0, 24, 0.1)], at(12))?.hours.map((one) => one.at)).toEqual([0.25, 0.5, 0.75]);
  });

  it('shows what is below zero below the line of zero', () => {
    const drawn = strip([slot(0, 1, 0.3), slot(1, 2, -0.1)], at(0.5));
    expect(drawn?.zero).toBeCloseTo(0.75);
    expect(drawn?.bars[0]).toMatchObject({ top: 0, negative: false, now: true, over: false });
    expect(drawn?.bars[0]?.height).toBeCloseTo(0.75);
    expect(drawn?.bars[1]).toMatchObject({ negative: true, now: false });
    expect(drawn?.bars[1]?.top).toBeCloseTo(0.75);
    expect(drawn?.bars[1]?.height).toBeCloseTo(0.25);
  });

  it('leaves out yesterday, cuts what begins there, and is nothing without any', () => {
    const drawn = strip([slot(-5, -4, 9), slot(-1, 1, 0.1), slot(3, 4, 0.2)], at(2));
    expect(drawn?.bars).toHaveLength(2);
    expect(drawn?.bars[0]?.left).toBe(0);
    expect(drawn?.bars[0]?.width).toBeCloseTo(1 / 24);
    expect(drawn?.bars[0]?.over).toBe(true);
    expect(strip([], at(2))).toBeNull();
    expect(strip([slot(-5, -4, 9)], at(2))).toBeNull();
  });

  it('of nothing but zeros has a place', () => expect(strip([slot(0, 24, 0)], at(2))?.bars[0]).toMatchObject({ top: 0, height: 0 }));
});
