// Conditions of policies in words, with what they come to now.
import { describe, expect, it } from 'vitest';
import { choosable, type Condition, conditionAsWritten, conditionInWords, hasAlternatives, type Policy, presentValues, standing, verdictInWords } from '../src/policies';

const condition = (left: string | number, comparison: string, right: string | number, leftValue: Condition['leftValue'] = null, rightValue: Condition['rightValue'] = null): Condition =>
  ({ left, comparison, right, leftValue, rightValue, verdict: null });
const policy = (more: Partial<Policy> = {}): Policy => ({ name: 'Night', kind: 'fixed', rules: false, applies: false, latchedUntil: null, conditions: [], ...more });
const now = Date.parse('2026-11-21T12:00:00');

describe('a condition', () => {
  it.each([
    [condition('tm_hour', 'gte', 'settings.sunrise'), 'The hour is at least the hour of sunrise'],
    [condition('the time of day', 'lt', 'sunset'), 'The time of day is below sunset'],
    [condition('modules.Fronius.exportW', 'gt', 2000), 'The power into the grid, in W, is above 2000'],
    [condition(2000, 'lt', 'modules.Fronius.exportW'), '2000 is below the power into the grid, in W'],
    [condition('modules.HASS.something', 'eq', 'on'), 'modules.HASS.something is on'],
    [condition('settings.sunrise', 'ne', -1), 'The hour of sunrise is not −1'],
    [condition('x', 'none', 0), 'Always'],
    [condition('x', 'false', 0), 'Never'],
  ])('reads as a sentence: %j', (one, words) => expect(conditionInWords(one)).toBe(words));

  it.each([
    [condition('tm_hour', 'gte', 1, 17, 1), '17'],
    [condition('the time of day', 'lt', 'sunset', 17.25, 15.1), '17:15 and 15:06'],
    [condition('modules.URL.exportW', 'gt', 2000, null, 2000), 'unknown'],
    [condition('settings.chargeNowTimeEnd', 'gt', 0, 0, 0), 'none'],
    [condition('config.greenEnergyFlexAmps', 'gt', 0, 1.005, 0), '1'],
    [condition('tm_zone', 'eq', 'x', 'CET', null), 'CET and unknown'],
  ])('tells what it comes to now: %j', (one, words) => expect(presentValues(one, now)).toBe(words));

  it('tells a moment as a time on the clock', () => {
    const one = condition('settings.chargeNowTimeEnd', 'gt', 'now', now / 1000 + 3600, now / 1000);
    expect(presentValues(one, now)).toMatch(/^\d{2}:00.* and \d{2}:00/);
  });

  it('is shown as it was written where somebody can have written it', () => {
    expect(conditionAsWritten(condition('tm_hour', 'gte', 1))).toBe('tm_hour gte 1');
    expect(conditionAsWritten(condition('the time of day', 'gte', 'sunrise'))).toBe('');
  });
});

describe('a policy', () => {
  it('rules, applies, does not, or nobody knows', () => {
    expect(standing(policy({ rules: true, applies: null }))).toBe('rules now');
    expect(standing(policy({ applies: true }))).toBe('would apply');
    expect(standing(policy())).toBe('does not apply');
    expect(standing(policy({ applies: null }))).toBe('unknown');
    expect([verdictInWords(true), verdictInWords(false), verdictInWords(null)]).toEqual(['yes', 'no', 'unknown']);
  });

  it('that applies though a condition does not hold has alternatives', () => {
    const no = { ...condition('a', 'gt', 1), verdict: false };
    expect(hasAlternatives(policy({ applies: true, conditions: [no] }))).toBe(true);
    expect(hasAlternatives(policy({ applies: false, conditions: [no] }))).toBe(false);
    expect(hasAlternatives(policy({ applies: true, conditions: [{ ...no, verdict: true }] }))).toBe(false);
  });

  it('can be chosen by its name, Charge Now by its button', () => {
    expect(choosable([policy({ name: 'Charge Now' }), policy(), policy({ name: 'Sun' }), policy()])).toEqual(['Night', 'Sun']);
  });
});
