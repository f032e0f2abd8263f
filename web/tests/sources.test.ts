// How the energy sources are, in words.
import { describe, expect, it } from 'vitest';
import { clock, clockWithSeconds } from '../src/format';
import { isSourceList, rows, type Source, type State, summary, toldInWords } from '../src/sources';
import type { Meter } from '../src/snapshot';

const now = '2026-06-03T12:05:00Z';
const before = (seconds: number): string => new Date(Date.parse(now) - seconds * 1000).toISOString();
const source = (more: Partial<Source> = {}): Source => ({
  name: 'roof', kind: 'fronius', title: 'Fronius (Solar API)', setup: 'Switch on "Solar API"', state: 'well', trouble: null, every: 10, read_at: before(4), next: before(-6),
  requests_today: 312, most_a_day: null, readings: 312, faults: 0, amounts: { grid: -1200, solar: 3200 }, ...more,
});
const meter = (more: Partial<Meter> = {}): Meter => ({
  name: 'roof', consumption: null, generation: 3200, estimated: false, age: 4.2, greatest_age: 30, charger: 'unknown', lag: null, fresh: true, answers: 312, faults: 0, ...more,
});
const plain = (text: string | null | undefined): string => (text ?? '').replaceAll('\u00a0', ' ');

describe('a source that is well', () => {
  const [row] = rows([meter()], [source()], now);
  it('says what it tells, when it was read and how often it was asked, and nothing of trouble', () => {
    expect(row).toMatchObject({ state: 'well', trouble: null, remedy: null, silent: false, title: 'Fronius (Solar API)' });
    expect(row?.told.map(plain)).toEqual(['1.20 kW to the grid', 'solar 3.20 kW']);
    expect(plain(row?.facts.join(' · '))).toBe(`read 4 s ago · asked next at ${clockWithSeconds(before(-6))} · 312 requests today`);
  });

  it('counts requests against what its vendor allows', () => expect(rows([], [source({ most_a_day: 400 })], now)[0]?.facts).toContain('312 of 400 requests today'));
});

describe('a source in trouble', () => {
  const trouble = 'refuses the password or token (401); correct it in the configuration';

  it.each(['troubled', 'resting'] as const)('that is %s says since when, why, and what to look at', (state) => {
    const [row] = rows([meter({ fresh: false, age: 1000 })], [source({ state, trouble, read_at: before(1000), faults: 7 })], now);
    expect(row?.trouble).toBe(`${trouble}. Nothing has been read from it since ${clock(before(1000), now)}.`);
    expect(row?.remedy).toBe('Switch on "Solar API"');
    expect(row?.silent).toBe(true);
    expect(row?.facts).toContain('7 of 319 failed');
  });

  it('that never answered says so', () =>
    expect(rows([], [source({ state: 'resting', trouble, read_at: null })], now)[0]?.trouble).toContain('Nothing has been read from it yet.'));

  it('that the meters of the snapshot have forgotten was still read when it says so', () => {
    const [row] = rows([meter({ fresh: false, age: null })], [source({ state: 'resting', trouble, read_at: before(3600) })], now);
    expect(row?.facts[0]?.replaceAll('\u00a0', ' ')).toBe('read 1 h ago, too old to count');
  });

  it('of which only a part cannot be read is not called silent', () => {
    const [row] = rows([meter()], [source({ state: 'troubled', trouble: 'answers, but without a number for soc' })], now);
    expect(row?.trouble).toBe('answers, but without a number for soc. Other numbers of it are read.');
    expect(row?.silent).toBe(false);
  });

  it.each(['well', 'unasked', 'troubled', 'resting'] as State[])('is noticed exactly when its state says so: %s', (state) => {
    const noticed = rows([], [source({ state, trouble })], now)[0]?.trouble !== null;
    expect(noticed).toBe(state === 'troubled' || state === 'resting');
  });
});

describe('sources and meters', () => {
  it('belong together by their places, and one may have no meter', () => {
    const all = rows([meter({ name: 'roof', age: 3 })], [source(), source({ name: 'shed', read_at: before(3600), every: 10 })], now);
    expect(all.map(({ name, silent }) => [name, silent])).toEqual([['roof', false], ['shed', true]]);
  });

  it('are known from the snapshot alone where the daemon says no more', () => {
    const all = rows([meter(), meter({ name: 'shed', fresh: false, age: null, answers: 0, faults: 3 }), meter({ name: 'new', fresh: false, age: null, answers: 0 })], null, now);
    expect(all.map(({ state }) => state)).toEqual(['well', 'troubled', 'unasked']);
    expect(all[1]?.facts).toEqual(['no reading yet', '3 of 3 failed']);
  });

  it('say what was learned of a meter', () => {
    const facts = rows([meter({ charger: 'inside', lag: 8 })], [source()], now)[0]?.facts.map(plain);
    expect(facts).toContain('seen to count the connectors');
    expect(facts).toContain('about 8 s late');
  });

  it('say what is only estimated', () => {
    expect(rows([meter({ estimated: true })], [source()], now)[0]?.facts.map(plain)).toContain('estimated, not measured');
    expect(rows([meter()], [source()], now)[0]?.facts.map(plain)).not.toContain('estimated, not measured');
  });

  it('are summed up by name, and many by number', () => {
    expect(summary(rows([], [source(), source({ name: 'shed', state: 'resting' })], now))).toBe('roof well, shed resting');
    expect(summary(rows([], [source(), source(), source({ state: 'troubled' }), source()], now))).toBe('3 well, 1 troubled');
  });
});

describe('what is told', () => {
  it('has a unit and a direction', () => {
    const amounts = { grid: 500, grid_l2: -40, current_l1: 2.35, voltage_l3: 231, battery: -800, soc: 55.4, frequency: 50.01, imported: 12_345, online: 1, load: 700, mode: 2, storm: 1 };
    expect(toldInWords(amounts).map(plain)).toEqual([
      '500 W from the grid', 'L2 40 W to the grid', 'L1 2.4 A', 'L3 231 V', '800 W into the battery', 'battery 55 %', '50.01 Hz', 'imported 12.3 kWh', 'the grid is there', 'consumption 700 W', 'battery: backup', 'a storm is awaited',
    ]);
    expect(toldInWords({ mode: 3, storm: 0 })).toEqual(['battery: by time', 'no storm is awaited']);
  });

  it('of a later version is shown as it is', () => expect(toldInWords({ moon: 7 })).toEqual(['moon 7']));
});

describe('an answer', () => {
  it('is a list of sources', () => {
    expect(isSourceList({ meters: [], sources: [source()] })).toBe(true);
    expect(isSourceList({ sources: [{ name: 'x' }] })).toBe(false);
    expect(isSourceList({ meters: [] })).toBe(false);
  });
});
