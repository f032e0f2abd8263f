// The policies as the daemon tells them, in words.
import { clock, heading } from './format';
import { has } from './reading.svelte';

export type Verdict = boolean | null;
export type Operand = string | number | null;

export interface Condition {
  left: Operand;
  comparison: string;
  right: Operand;
  leftValue: Operand;
  rightValue: Operand;
  /** null: not known */
  verdict: Verdict;
}
export interface Policy {
  name: string;
  kind: 'fixed' | 'green';
  rules: boolean;
  applies: Verdict;
  latchedUntil: string | null;
  conditions: Condition[];
}
export interface Policies {
  active: string | null;
  why: string;
  chosen: { policy: string; until: string } | null;
  policies: Policy[];
}
export const isPolicies = (body: unknown): body is Policies => has(body, ['policies'], ['active', 'why', 'chosen']);

/** What stands in configurations, for those who have not written one. */
const meanings: Record<string, string> = {
  now: 'the time',
  tm_year: 'the year',
  tm_mon: 'the month',
  tm_mday: 'the day of the month',
  tm_hour: 'the hour',
  tm_min: 'the minute',
  tm_sec: 'the second',
  tm_wday: 'the day of the week (0 Monday to 6 Sunday)',
  tm_yday: 'the day of the year',
  'settings.sunrise': 'the hour of sunrise',
  'settings.sunset': 'the hour of sunset',
  'settings.chargeNowAmps': 'the current of Charge now',
  'settings.chargeNowTimeEnd': 'the end of Charge now',
  'settings.scheduledAmpsMax': 'the current of the schedule',
  'settings.nonScheduledAmpsMax': 'the current outside the schedule',
  'settings.nonScheduledAction': 'what is done outside the schedule (1 a fixed current, 2 nothing, 3 the sun)',
  'settings.hourResumeTrackGreenEnergy': 'the hour from which the sun is followed (−1: from sunrise)',
  'checkScheduledCharging()': 'the schedule says charge (1) or does not (0)',
  'getMaxAmpsForTargetGridUsage()': 'what may be charged with now, in A',
  'getMaxAmpsToDivideGreenEnergy()': 'what may be charged with now, in A',
};
/** Of what a module tells, whichever it is. */
const attributes: Record<string, string> = {
  importW: 'the power from the grid, in W,',
  exportW: 'the power into the grid, in W,',
  generatedW: 'the power that is generated, in W,',
  consumedW: 'the power that is consumed, in W,',
  consumedA: 'the current that is consumed, in A,',
  voltage: 'the voltage',
  batteryLevel: 'the level of the home battery, in %,',
  batterySOC: 'the level of the home battery, in %,',
};
const comparisons: Record<string, string> = {
  gt: 'is above',
  gte: 'is at least',
  lt: 'is below',
  lte: 'is at most',
  eq: 'is',
  ne: 'is not',
};

const number = (value: number): string => String(Math.round(value * 100) / 100).replace('-', '−');
const attribute = (path: string): string | undefined => (path.startsWith('modules.') ? attributes[path.slice(path.lastIndexOf('.') + 1)] : undefined);
const operand = (value: Operand): string =>
  value === null ? 'nothing' : typeof value === 'number' ? number(value) : (meanings[value] ?? attribute(value) ?? value);

/** "The hour is at least the hour of sunrise" */
export function conditionInWords({ left, comparison, right }: Condition): string {
  if (comparison === 'none') return 'Always';
  if (comparison === 'false') return 'Never';
  const words = `${operand(left)} ${comparisons[comparison] ?? comparison} ${operand(right).replace(/,$/, '')}`;
  // A name from a configuration is not written otherwise than it is.
  return operand(left) === left && !ofTheDay.has(left) ? words : heading(words);
}

/** These are computed to the minute: 17.25 is a quarter past five. */
const ofTheDay = new Set<Operand>(['the time of day', 'sunrise', 'sunset']);

/** As it stands in a configuration; nothing for what can stand in none. */
export const conditionAsWritten = ({ left, comparison, right }: Condition): string =>
  ofTheDay.has(left) || ofTheDay.has(right) ? '' : `${left ?? ''} ${comparison} ${right ?? ''}`;

const aMoment = (name: Operand): boolean => name === 'now' || (typeof name === 'string' && name.endsWith('TimeEnd'));
function hourOfDay(value: number): string {
  const minutes = Math.round(value * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
function present(name: Operand, value: Operand, now: number): string {
  if (value === null) return 'unknown';
  if (typeof value === 'string') return value;
  if (aMoment(name)) return value > 0 ? clock(value * 1000, now) : 'none';
  return ofTheDay.has(name) ? hourOfDay(value) : number(value);
}
/** What the two sides come to now: "10 and 6"; of a number that is written there only the other side. */
export function presentValues(one: Condition, now: number): string {
  const sides = [
    ...(typeof one.left === 'number' ? [] : [present(one.left, one.leftValue, now)]),
    ...(typeof one.right === 'number' ? [] : [present(one.right, one.rightValue, now)]),
  ];
  return sides.join(' and ');
}

export const verdictInWords = (verdict: Verdict): string => (verdict === null ? 'unknown' : verdict ? 'yes' : 'no');

export function standing({ rules, applies }: Policy): string {
  if (rules) return 'rules now';
  if (applies === null) return 'unknown';
  return applies ? 'would apply' : 'does not apply';
}

/** It applies though a condition does not hold: some of them are alternatives, in a list of their own. */
export const hasAlternatives = ({ applies, conditions }: Policy): boolean => applies === true && conditions.some(({ verdict }) => verdict !== true);

export const kindInWords = ({ kind }: Policy): string => (kind === 'green' ? 'follows the sun' : 'a fixed current');

/** The names that can be chosen, each once. Charge Now is not among them: it has a button and a current of its own. */
export const choosable = (policies: Policy[]): string[] => [...new Set(policies.map(({ name }) => name))].filter((name) => name !== 'Charge Now');
