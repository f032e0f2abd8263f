// Windows in words, and hours as a week.
import { describe, expect, it } from 'vitest';
import { currentInWords, days, daysInWords, daysOn, endOfField, fieldOfEnd, type Hour, isPreview, isSchedule, letter, minutesOf, policiesOf, spanInWords, stretches, timesInWords, week } from '../src/schedule';

/** Where the wall shows a full hour next, in the form of `time`. */
const nextHour = (time: string): string => `${new Date(Date.parse(`${time.slice(0, 13)}:00:00Z`) + 3_600_000 || 0).toISOString().slice(0, 19)}${time.slice(19)}`;
const hour = (time: string, policy: string | null = 'Sun', more: Partial<Hour> = {}): Hour => ({ time, until: nextHour(time), policy, why: `${policy} applies`, amps: null, green: true, ...more });

describe('a window', () => {
  it.each([
    [[...days], 'Every day'],
    [['mon', 'tue', 'wed', 'thu', 'fri'], 'Mon–Fri'],
    [['sat', 'sun'], 'Sat, Sun'],
    [['mon', 'wed', 'thu', 'fri', 'sun'], 'Mon, Wed–Fri, Sun'],
    [['wed'], 'Wed'],
    [[], ''],
  ] as const)('is open on %j: %s', (chosen, words) => expect(daysInWords(chosen)).toBe(words));

  it.each([
    ['22:00', '06:00', '22:00 to 06:00 on the next day'],
    ['12:00', '15:30', '12:00 to 15:30'],
    ['00:00', '24:00', '00:00 to 24:00'],
  ])('from %s to %s reads %s', (start, end, words) => expect(timesInWords({ start, end })).toBe(words));

  it('to midnight is 24:00 for the daemon and 00:00 in a field', () => {
    expect([endOfField('00:00'), endOfField('06:00')]).toEqual(['24:00', '06:00']);
    expect([fieldOfEnd('24:00'), fieldOfEnd('06:00')]).toEqual(['00:00', '06:00']);
  });
});

describe('a week', () => {
  it('has a row for each date on the wall, and an hour where the wall shows it', () => {
    const rows = week([hour('2026-11-21T22:10:43+01:00'), hour('2026-11-21T23:00:00+01:00'), hour('2026-11-22T00:00:00+01:00')]);
    expect(rows.map(({ date }) => date)).toEqual(['2026-11-21', '2026-11-22']);
    expect(rows[0]?.hours[22]).toEqual([0]);
    expect(rows[0]?.hours[21]).toEqual([]);
    expect(rows[1]?.hours[0]).toEqual([2]);
  });

  it('has an hour twice where the clock goes back, and one not at all where it goes on', () => {
    const back = week([hour('2026-10-25T01:00:00+02:00'), hour('2026-10-25T02:00:00+02:00'), hour('2026-10-25T02:00:00+01:00'), hour('2026-10-25T03:00:00+01:00')]);
    expect(back[0]?.hours.slice(1, 4)).toEqual([[0], [1, 2], [3]]);
    const on = week([hour('2026-03-29T01:00:00+01:00'), hour('2026-03-29T03:00:00+02:00')]);
    expect(on[0]?.hours.slice(1, 4)).toEqual([[0], [], [1]]);
  });

  it('joins hours that are ruled alike, and only those', () => {
    const hours = [hour('2026-11-21T10:00:00Z'), hour('2026-11-21T11:00:00Z'), hour('2026-11-21T12:00:00Z', 'Night', { green: false, amps: 8 }), hour('2026-11-21T13:00:00Z', 'Night', { green: false, amps: 10 })];
    expect(stretches(hours).map(({ first, last }) => [first, last])).toEqual([[0, 1], [2, 2], [3, 3]]);
    expect(stretches([])).toEqual([]);
  });

  it('says from when to when a stretch goes', () => {
    const hours = [hour('2026-11-21T22:10:00Z'), hour('2026-11-21T23:00:00Z', 'Night'), hour('2026-11-22T00:00:00Z', 'Night'), hour('2026-11-22T01:00:00Z')];
    const [first, night, last] = stretches(hours);
    if (!first || !night || !last) throw new Error('three stretches');
    expect(spanInWords(hours, first)).toBe('Now to 23:00');
    expect(spanInWords(hours, night)).toMatch(/^Sat.*21.*, 23:00 to Sun.*22.*, 01:00$/);
    expect(spanInWords(hours, last)).toMatch(/, 01:00 to the end of the preview$/);
  });

  it('has the parts of an hour in its cell, each as long as it is', () => {
    const hours = [
      hour('2026-11-21T06:00:00Z'),
      hour('2026-11-21T07:00:00Z', 'Sun', { until: '2026-11-21T07:15:00Z' }),
      hour('2026-11-21T07:15:00Z', 'Night', { until: '2026-11-21T07:45:00Z' }),
      hour('2026-11-21T07:45:00Z'),
      hour('2026-11-21T08:00:00Z'),
    ];
    expect(week(hours)[0]?.hours[7]).toEqual([1, 2, 3]);
    expect(hours.map(minutesOf)).toEqual([60, 15, 30, 15, 60]);
    const all = stretches(hours);
    expect(all.map(({ first, last }) => [first, last])).toEqual([[0, 1], [2, 2], [3, 4]]);
    expect(all[1] && spanInWords(hours, all[1])).toMatch(/, 07:15 to 07:45$/);
  });

  it('goes to the same time of the next day or the day before, however many parts its hours have', () => {
    const hours = [
      hour('2026-11-21T06:30:00Z'),
      hour('2026-11-21T07:00:00Z', 'Sun', { until: '2026-11-21T07:15:00Z' }),
      hour('2026-11-21T07:15:00Z', 'Night', { until: '2026-11-21T07:45:00Z' }),
      hour('2026-11-21T07:45:00Z'),
      hour('2026-11-22T07:00:00Z'),
      hour('2026-11-22T08:00:00Z'),
    ];
    expect([1, 2, 3].map((place) => daysOn(hours, place, 1))).toEqual([4, 4, 4]);
    expect([daysOn(hours, 4, -1), daysOn(hours, 5, -1), daysOn(hours, 0, -1), daysOn(hours, 5, 1)]).toEqual([1, 3, 0, 5]);
  });

  it('keeps the order of its policies as the hours go by', () => {
    const night = { green: false, amps: 8 };
    const hours = [hour('a', 'Night', night), hour('b', null, night), hour('c', 'Sun'), hour('d', 'Cheap', night)];
    expect(policiesOf(hours)).toEqual(['Sun', 'Cheap', 'Night', null]);
    expect(policiesOf([...hours].reverse())).toEqual(['Sun', 'Cheap', 'Night', null]);
    expect([letter(0), letter(2)]).toEqual(['A', 'C']);
  });

  it('says what a policy gives', () => {
    expect(currentInWords({ green: true, amps: null })).toBe('the sun decides');
    expect(currentInWords({ green: false, amps: 10 })).toBe('10\u00a0A');
    expect(currentInWords({ green: false, amps: 0 })).toBe('no charging');
    expect(currentInWords({ green: false, amps: null })).toBe('unknown');
  });
});

it('an answer of another shape is not taken for a schedule or a preview', () => {
  expect(isSchedule({ zone: 'UTC', windows: [], batteryKWh: 100 })).toBe(true);
  expect(isPreview({ zone: 'UTC', hours: [] })).toBe(true);
  for (const other of [null, [], 'x', { windows: {} }, { hours: 3, zone: '' }]) expect([isSchedule(other), isPreview(other)]).toEqual([false, false]);
});
