// The energy sources as an owner wants to know them: how each is, what troubles it and what to do, and what it tells.
//
// The snapshot says each second whether a meter's readings count; what it is asked and what went wrong with that is read
// more rarely. Both are in the order of the configuration; a source may have no meter.
import { ago, amps, clock, clockWithSeconds, energy, glued, volts, watts } from './format';
import { has } from './reading.svelte';
import type { Meter } from './snapshot';

export type State = 'unasked' | 'well' | 'troubled' | 'resting';

export interface Source {
  name: string;
  kind: string;
  title: string | null;
  /** What has to be done at the device. */
  setup: string | null;
  state: State;
  trouble: string | null;
  /** s */
  every: number;
  /** RFC 3339 */
  read_at: string | null;
  next: string | null;
  requests_today: number;
  most_a_day: number | null;
  readings: number;
  faults: number;
  amounts: Record<string, number>;
}
export const isSourceList = (body: unknown): body is { sources: Source[] } =>
  has(body, ['sources']) &&
  (body as { sources: unknown[] }).sources.every((each) => has(each, [], ['name', 'state', 'trouble', 'read_at', 'next', 'amounts', 'requests_today', 'readings', 'faults']));

/** One source, in words. */
export interface Row {
  name: string;
  /** Vendor and device; null: plain numbers, or nobody knows. */
  title: string | null;
  state: State;
  /** What is the matter and since when, without the name; null: it is well. */
  trouble: string | null;
  /** What to look at in case of trouble. */
  remedy: string | null;
  told: string[];
  facts: string[];
  /** What it read is too old to count, or there is nothing. */
  silent: boolean;
}

export const stateInWords: Record<State, string> = { unasked: 'not asked yet', well: 'well', troubled: 'troubled', resting: 'resting' };

const dot = (text: string): string => glued(/[.!?…]$/.test(text) ? text : `${text}.`);
const percent = (value: number): string => `${Math.round(value)}\u00a0%`;
const towards = (into: string, out: string) => (value: number): string => `${watts(Math.abs(value))} ${value < 0 ? out : into}`;
const fromGrid = towards('from the grid', 'to the grid');

/** By the words of api/openapi.yaml; what a later version tells is shown as it is. */
const telling: Record<string, (value: number) => string> = {
  grid: fromGrid,
  solar: (value) => `solar ${watts(value)}`,
  load: (value) => `consumption ${watts(value)}`,
  battery: towards('from the battery', 'into the battery'),
  charger: (value) => `other charger ${watts(value)}`,
  frequency: (value) => `${value.toFixed(2)}\u00a0Hz`,
  soc: (value) => `battery ${percent(value)}`,
  reserve: (value) => `reserve ${percent(value)}`,
  imported: (value) => `imported ${energy(value / 1000)}`,
  exported: (value) => `exported ${energy(value / 1000)}`,
  produced: (value) => `produced ${energy(value / 1000)}`,
  online: (value) => (value === 0 ? 'the grid is away' : 'the grid is there'),
  mode: (value) => `battery: ${['', 'self-consumption', 'backup', 'by time'][value] ?? value}`,
  storm: (value) => (value === 0 ? 'no storm is awaited' : 'a storm is awaited'),
};

export function toldInWords(amounts: Record<string, number>): string[] {
  return Object.entries(amounts).map(([word, value]) => {
    const plain = telling[word];
    if (plain) return plain(value);
    const phase = /^(grid|current|voltage)_l([123])$/.exec(word);
    if (!phase) return `${word} ${value}`;
    const [, what, number] = phase;
    return `L${number} ${what === 'grid' ? fromGrid(value) : what === 'current' ? amps(value) : volts(value)}`;
  });
}

const age = (moment: string | null, now: string): number | null => (moment === null ? null : (Date.parse(now) - Date.parse(moment)) / 1000);

/** Of a source without a meter: three rounds late is too late. */
function isSilent(source: Source | undefined, meter: Meter | undefined, now: string): boolean {
  if (meter) return !meter.fresh;
  const since = age(source?.read_at ?? null, now);
  return since === null || since > Math.max(60, 3 * (source?.every ?? 0));
}

function stateOf(source: Source | undefined, meter: Meter | undefined): State {
  if (source) return source.state;
  if (meter?.fresh) return 'well';
  return meter && meter.answers + meter.faults > 0 ? 'troubled' : 'unasked';
}

function sinceWhen(readAt: string | null, now: string, silent: boolean): string {
  if (readAt === null) return 'Nothing has been read from it yet.';
  return silent ? `Nothing has been read from it since ${clock(readAt, now)}.` : 'Other numbers of it are read.';
}

function troubleOf(source: Source, silent: boolean, now: string): string | null {
  if (source.state === 'well' || source.state === 'unasked') return null;
  return `${dot(source.trouble ?? 'cannot be read')} ${sinceWhen(source.read_at, now, silent)}`;
}

function readInWords(source: Source | undefined, meter: Meter | undefined, silent: boolean, now: string): string {
  const since = meter?.age ?? age(source?.read_at ?? null, now);
  if (since === null) return 'no reading yet';
  return `read ${ago(since)}${silent ? ', too old to count' : ''}`;
}

function nextInWords(source: Source, now: string): string[] {
  if (source.next === null) return [];
  if (Date.parse(source.next) <= Date.parse(now)) return ['asked about now'];
  const soon = Date.parse(source.next) - Date.parse(now) < 3_600_000;
  return [`asked next at ${soon ? clockWithSeconds(source.next) : clock(source.next, now)}`];
}

const requests = ({ requests_today: made, most_a_day: most }: Source): string =>
  most === null ? `${made} ${made === 1 ? 'request' : 'requests'} today` : `${made} of ${most} requests today`;

function factsOf(source: Source | undefined, meter: Meter | undefined, silent: boolean, now: string): string[] {
  const facts = [readInWords(source, meter, silent, now)];
  if (source) facts.push(...nextInWords(source, now), requests(source));
  const [good, bad] = source ? [source.readings, source.faults] : [meter?.answers ?? 0, meter?.faults ?? 0];
  if (bad > 0) facts.push(`${bad} of ${good + bad} failed`);
  if (meter?.estimated) facts.push('estimated, not measured');
  if (meter?.charger === 'inside') facts.push('seen to count the connectors');
  if (meter?.charger === 'outside') facts.push('seen not to count the connectors');
  if (meter && meter.lag !== null && meter.lag >= 3) facts.push(`about ${Math.round(meter.lag)}\u00a0s late`);
  return facts;
}

function rowOf(source: Source | undefined, meter: Meter | undefined, now: string): Row {
  const silent = isSilent(source, meter, now);
  const state = stateOf(source, meter);
  return {
    name: source?.name ?? meter?.name ?? '',
    title: source?.title ?? null,
    state,
    trouble: source ? troubleOf(source, silent, now) : null,
    remedy: state === 'well' ? null : (source?.setup ?? null),
    told: toldInWords(source?.amounts ?? {}),
    facts: factsOf(source, meter, silent, now),
    silent,
  };
}

/** `sources` null: only what the snapshot says of them is known. */
export function rows(meters: readonly Meter[], sources: readonly Source[] | null, now: string): Row[] {
  if (sources === null) return meters.map((meter) => rowOf(undefined, meter, now));
  return sources.map((source, place) => {
    const beside = meters[place];
    return rowOf(source, beside?.name === source.name ? beside : undefined, now);
  });
}

/** "roof well, garage troubled"; of many how many are how. */
export function summary(all: readonly Row[]): string {
  if (all.length <= 3) return all.map(({ name, state }) => `${name} ${stateInWords[state]}`).join(', ');
  const states: State[] = ['well', 'troubled', 'resting', 'unasked'];
  const counts = states.map((state) => ({ state, count: all.filter((row) => row.state === state).length }));
  return counts.filter(({ count }) => count > 0).map(({ state, count }) => `${count} ${stateInWords[state]}`).join(', ');
}
