// Numbers as people read them. What is unknown says so; it is never a zero.
import type { Connector } from './snapshot';

export const unknown = 'unknown';

/** A number and its unit stay on one line. */
const withUnit = (text: string, unit: string): string => `${text}\u00a0${unit}`;

const known = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value);

/** Half away from zero, as people round: 11.85 has no exact binary form and toFixed would make 11.8 of it. */
function rounded(value: number, digits: number): string {
  const scale = 10 ** digits;
  return ((Math.sign(value) * Math.round(Math.abs(value) * scale + 1e-9)) / scale).toFixed(digits);
}

/** At most `digits` decimals, without trailing zeros and without a negative zero. */
function short(value: number, digits: number): string {
  const text = rounded(value, digits);
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return (trimmed === '-0' ? '0' : trimmed).replace('-', '\u2212');
}

export function amps(value: number | null | undefined): string {
  return known(value) ? withUnit(short(value, 1), 'A') : unknown;
}

export function watts(value: number | null | undefined): string {
  if (!known(value)) return unknown;
  if (Math.abs(value) < 999.5) return withUnit(short(value, 0), 'W');
  const digits = Math.abs(value) < 9995 ? 2 : 1;
  return withUnit(rounded(value / 1000, digits).replace('-', '\u2212'), 'kW');
}

export function energy(value: number | null | undefined): string {
  if (!known(value)) return unknown;
  return withUnit(rounded(value, value < 9.995 ? 2 : 1), 'kWh');
}

export function volts(value: number | null | undefined): string {
  return known(value) ? withUnit(short(value, 0), 'V') : unknown;
}

/** Seconds as "42 s", "12 min", "2 h 5 min", "3 d 4 h". */
export function span(seconds: number | null | undefined): string {
  if (!known(seconds)) return unknown;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return withUnit(String(whole), 's');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return withUnit(String(minutes), 'min');
  const hours = Math.floor(minutes / 60);
  const [big, small] = hours < 24 ? [withUnit(String(hours), 'h'), minutes % 60] : [withUnit(String(Math.floor(hours / 24)), 'd'), hours % 24];
  return small === 0 ? big : `${big} ${withUnit(String(small), hours < 24 ? 'min' : 'h')}`;
}

const times = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'time' : 'times'}`;

/** What stopping has cost: of this plug-in, of how many a car bears, and for the relay's life. */
export function wear(connector: Pick<Connector, 'stop_way' | 'zeros' | 'silences' | 'silences_allowed' | 'orders' | 'orders_allowed' | 'relay_operations'>): string {
  const stops = {
    none: 'stops: by nothing',
    zero: `stops: ${connector.zeros}`,
    silence: `stops: ${connector.silences} of ${connector.silences_allowed}`,
    order: `stops: ${connector.orders} of ${connector.orders_allowed}`,
  }[connector.stop_way];
  const cuts = connector.stop_way !== 'silence' && connector.silences > 0 ? ` · cut off ${times(connector.silences)}` : '';
  return `${stops}${cuts} · relay ${times(connector.relay_operations)}`;
}

export function ago(seconds: number | null | undefined): string {
  if (!known(seconds)) return unknown;
  return seconds < 1.5 ? 'just now' : `${span(seconds)} ago`;
}

const clockForm = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const secondsForm = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const weekdayForm = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayForm = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** RFC 3339, or ms since 1970. */
type Moment = string | number;

/** Time of day, with the day when that is another one than `now`'s. */
export function clock(time: Moment, now: Moment): string {
  const at = new Date(time);
  return at.toDateString() === new Date(now).toDateString() ? clockForm.format(at) : dayForm.format(at);
}
export const clockWithSeconds = (time: Moment): string => secondsForm.format(new Date(time));
export const weekday = (time: Moment): string => weekdayForm.format(new Date(time));

export const glued = (text: string): string => text.replace(/(\d) (?=(?:A|V|W|kW|kWh|s|min|h|d)\b)/g, '$1\u00a0');

/** "plugged in, ready" as a heading. */
export const heading = (phrase: string): string => phrase.charAt(0).toUpperCase() + phrase.slice(1);

/** "the sun leaves 7.3 A" as a sentence, with numbers and units kept on one line. */
export function sentence(phrase: string): string {
  if (phrase === '') return '';
  const text = glued(phrase.charAt(0).toUpperCase() + phrase.slice(1));
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
