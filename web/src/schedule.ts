// The windows of the schedule, and the week that they and the policies make, as people read them.
import { has } from './reading.svelte';
import { amps } from './format';

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type WeekDay = (typeof days)[number];
export const dayNames: Record<WeekDay, string> = { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' };

export interface Window {
  days: WeekDay[];
  /** "22:30" */
  start: string;
  /** up to "24:00"; not after the start: on the next day */
  end: string;
  /** A, all connectors together */
  amps: number;
  flexible: boolean;
}
export interface Schedule {
  zone: string;
  windows: Window[];
  batteryKWh: number;
}
export const isSchedule = (body: unknown): body is Schedule => has(body, ['windows'], ['zone', 'batteryKWh']);

/** "Mon–Fri, Sun" */
export function daysInWords(chosen: readonly WeekDay[]): string {
  if (days.every((day) => chosen.includes(day))) return 'Every day';
  const runs: WeekDay[][] = [];
  days.forEach((day, index) => {
    if (!chosen.includes(day)) return;
    const last = runs.at(-1);
    if (last && days.indexOf(last.at(-1) ?? day) === index - 1) last.push(day);
    else runs.push([day]);
  });
  const named = (run: WeekDay[]): string[] => run.map((day) => dayNames[day]);
  return runs.map((run) => (run.length > 2 ? `${named(run)[0]}–${named(run).at(-1)}` : named(run).join(', '))).join(', ');
}

/** "22:00 to 06:00 on the next day" */
export function timesInWords({ start, end }: Pick<Window, 'start' | 'end'>): string {
  return `${start} to ${end}${end <= start ? ' on the next day' : ''}`;
}

/** A field for a time of day has no 24:00: midnight at the end of a window is 00:00 there. */
export const endOfField = (text: string): string => (text === '00:00' ? '24:00' : text);
export const fieldOfEnd = (text: string): string => (text === '24:00' ? '00:00' : text);

// --- The week ----------------------------------------------------------------------------------------------------------

/** An hour, or the part of one that is ruled otherwise than the rest of it. */
export interface Hour {
  /** it begins: as the clock on the wall shows it, with its offset */
  time: string;
  /** it ends, and the next one begins */
  until: string;
  policy: string | null;
  why: string;
  amps: number | null;
  green: boolean;
}
export interface Preview {
  zone: string;
  /** Chosen by a person: comes before these policies, but for emergencies and Charge Now. */
  mode: string | null;
  hours: Hour[];
}
export const isPreview = (body: unknown): body is Preview => has(body, ['hours'], ['zone']);

/** Hours that follow each other and are ruled alike. */
export interface Stretch {
  first: number;
  last: number;
  policy: string | null;
  why: string;
  amps: number | null;
  green: boolean;
}
export function stretches(hours: Hour[]): Stretch[] {
  const all: Stretch[] = [];
  hours.forEach(({ policy, why, amps: current, green }, index) => {
    const before = all.at(-1);
    if (before && before.policy === policy && before.why === why && before.amps === current && before.green === green) before.last = index;
    else all.push({ first: index, last: index, policy, why, amps: current, green });
  });
  return all;
}

export interface Day {
  /** "2026-11-21" */
  date: string;
  /** Of each of the 24 hours on the wall the places in the list: none where the preview has none, several where another policy begins within it or the clock goes back. */
  hours: number[][];
}
export function week(hours: Hour[]): Day[] {
  const all: Day[] = [];
  hours.forEach(({ time }, index) => {
    const date = time.slice(0, 10);
    let day = all.find((one) => one.date === date);
    if (!day) all.push((day = { date, hours: Array.from({ length: 24 }, () => []) }));
    day.hours[Number(time.slice(11, 13))]?.push(index);
  });
  return all;
}

export const minutesOf = ({ time, until }: Pick<Hour, 'time' | 'until'>): number => (Date.parse(until) - Date.parse(time)) / 60_000;

/** The place of what rules at the same time of the day so many days on; at the ends of the week the one that is there. */
export function daysOn(hours: Hour[], place: number, more: number): number {
  const wall = (time: string): number => Date.parse(`${time.slice(0, 19)}Z`);
  const wanted = wall(hours[place]?.time ?? '') + more * 86_400_000;
  return Math.max(0, hours.filter(({ time }) => wall(time) <= wanted).length - 1);
}

/** The policies of a week in an order that stays as the hours go by: those that follow the sun first. */
export function policiesOf(hours: Hour[]): (string | null)[] {
  const named = new Map(hours.map(({ policy, green }) => [policy, green]));
  return [...named].sort(([a, sunA], [b, sunB]) => Number(sunB) - Number(sunA) || (a ?? '\uffff').localeCompare(b ?? '\uffff')).map(([name]) => name);
}
export const colours = 8;
/** What stands for a policy where colours do not tell. */
export const letter = (place: number): string => String.fromCharCode(65 + (place % 26));

const weekdayForm = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
/** "Sat, 21 Nov" of "2026-11-21", whatever zone this device is in. */
export const dayInWords = (date: string): string => weekdayForm.format(new Date(`${date.slice(0, 10)}T12:00:00Z`));

/** From "Sat, 21 Nov, 10:00 to 20:00". */
export function spanInWords(hours: Hour[], { first, last }: Stretch): string {
  const from = hours[first]?.time ?? '';
  const next = hours[last]?.until ?? '';
  const until = last === hours.length - 1 ? 'the end of the preview' : next.slice(0, 10) === from.slice(0, 10) ? next.slice(11, 16) : `${dayInWords(next)}, ${next.slice(11, 16)}`;
  return `${first === 0 ? 'Now' : `${dayInWords(from)}, ${from.slice(11, 16)}`} to ${until}`;
}

export const currentInWords = ({ green, amps: current }: Pick<Hour, 'green' | 'amps'>): string =>
  green ? 'the sun decides' : current === 0 ? 'no charging' : amps(current);
