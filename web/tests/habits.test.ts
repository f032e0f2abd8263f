// What is sent for the settings that somebody has changed.
import { describe, expect, it } from 'vitest';
import { changed, habits, isOffsets, isSettings, offsetInWords } from '../src/habits';

const outside = habits.find(({ title }) => title === 'Outside the schedule');
if (!outside) throw new Error('there is such a form');

it('only what differs is sent, as numbers, and null for a field that was emptied', () => {
  const now = { nonScheduledAction: 3, nonScheduledAmpsMax: 8, sunrise: 6 };
  expect(changed(outside, now, {})).toEqual({});
  expect(changed(outside, now, { nonScheduledAction: '3', nonScheduledAmpsMax: '8' })).toEqual({});
  expect(changed(outside, now, { nonScheduledAction: '1', nonScheduledAmpsMax: '' })).toEqual({ nonScheduledAction: 1, nonScheduledAmpsMax: null });
  expect(changed(outside, now, { sunrise: '7' })).toEqual({});
  expect(changed(outside, {}, { nonScheduledAmpsMax: '-1' })).toEqual({ nonScheduledAmpsMax: -1 });
});

it('each setting is in one form alone', () => {
  const keys = habits.flatMap((one) => one.habits.map(({ key }) => key));
  expect(new Set(keys).size).toBe(keys.length);
});

describe('an offset', () => {
  it('consumes or generates', () => {
    expect(offsetInWords({ value: 250, unit: 'W' })).toBe('consumes 250\u00a0W');
    expect(offsetInWords({ value: -1.5, unit: 'A' })).toBe('generates 1.5\u00a0A');
  });

  it('is known by its shape', () => {
    expect([isOffsets({}), isOffsets({ Pond: { value: 1, unit: 'A' } })]).toEqual([true, true]);
    expect([isOffsets([]), isOffsets(null), isOffsets({ error: 'no' })]).toEqual([false, false, false]);
    expect([isSettings({ settings: {}, known: [] }), isSettings({ settings: {} })]).toEqual([true, false]);
  });
});
