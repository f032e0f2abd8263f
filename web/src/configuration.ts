// The keys of the configuration, as the daemon tells them, and what a person may do about each.
import { has } from './reading.svelte';

export interface Key {
  path: string;
  takes: 'number' | 'whole number' | 'true or false' | 'text' | 'one of' | 'list of texts' | 'list of numbers';
  unit?: string;
  least?: number;
  most?: number;
  choices?: string[];
  default?: string;
  meaning: string;
  secret: boolean;
  used: boolean;
  changes: 'running' | 'by_restart' | 'never_on_page';
  guards_wiring: boolean;
  /** The section whose parts have names. */
  group: string | null;
  /** As it would be typed; null: absent. */
  value: string | null;
  from: 'file' | 'page' | 'environment' | 'default';
  /** The most that can be chosen here. */
  bound: number | null;
}
export interface Configuration {
  keys: Key[];
}
export const isConfiguration = (body: unknown): body is Configuration => has(body, ['keys']);

export interface Section {
  /** "connectors.AB12" */
  path: string;
  title: string;
  keys: Key[];
}

const titles: Record<string, string> = {
  config: 'Limits and habits',
  policy: 'Policies',
  'policy.engine': 'How often policies are asked',
  battery: 'Home battery',
  flightRecorder: 'Flight recorder',
  'interface.RS485': 'Adapter: RS-485',
  'interface.TCP': 'Adapter: raw bytes over TCP',
  'interface.Dummy': 'Adapter: a virtual connector',
  'control.HTTP': 'Page and programs',
  'sources.URL': 'Energy source: URL',
};
const parts: Record<string, string> = { meters: 'Meter', circuits: 'Circuit', connectors: 'Connector' };

const sectionOf = ({ path }: Key): string => path.slice(0, path.lastIndexOf('.'));
/** The last part of a path: names of parts may have dots in them, keys have none. */
export const nameOf = ({ path }: Key): string => path.slice(path.lastIndexOf('.') + 1);

function titleOf(path: string, group: string | null): string {
  if (group !== null) return `${parts[group] ?? group} ${path.slice(group.length + 1)}`;
  return titles[path] ?? path;
}

/** In the order in which the daemon tells them. */
export function sections(keys: Key[]): Section[] {
  const all = new Map<string, Section>();
  for (const key of keys) {
    const path = sectionOf(key);
    const section = all.get(path) ?? { path, title: titleOf(path, key.group), keys: [] };
    section.keys.push(key);
    all.set(path, section);
  }
  return [...all.values()];
}

/** Those in which each of the words is found. */
export function found(all: Section[], words: string): Section[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (wanted.length === 0) return all;
  const fits = (section: Section, key: Key): boolean => {
    const text = `${section.title} ${key.path} ${key.meaning} ${key.unit ?? ''}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return all.map((section) => ({ ...section, keys: section.keys.filter((key) => fits(section, key)) })).filter(({ keys }) => keys.length > 0);
}

const yes = (text: string): boolean => ['true', '1', 'yes', 'on'].includes(text.toLowerCase());
const withUnit = (text: string, unit: string | undefined): string => (unit === undefined ? text : `${text}\u00a0${unit}`);

/** A value for people. */
export function valueInWords(key: Key, value: string | null): string {
  if (key.secret) return value === null ? 'not set' : 'set, and never shown';
  if (value === null) return key.default === undefined ? 'not set' : valueInWords(key, key.default);
  if (value === '') return 'nothing';
  if (key.takes === 'true or false') return yes(value) ? 'yes' : 'no';
  return withUnit(value, key.unit);
}

/** "0 to 80 A, default 6 A" */
export function rangeInWords(key: Key): string {
  const texts: string[] = [];
  if (key.least !== undefined && key.most !== undefined) texts.push(withUnit(`${key.least} to ${key.most}`, key.unit).replace('-', '−'));
  if (key.takes === 'list of texts' || key.takes === 'list of numbers') texts.push('several, with blanks between them');
  if (key.default !== undefined) texts.push(`default ${valueInWords(key, key.default)}`);
  return texts.join(', ');
}

const origins: Record<Key['from'], string> = { file: 'from the file', page: 'chosen here', environment: 'from the environment', default: 'by default' };
export const originInWords = (key: Key): string => (key.from === 'default' && key.default === undefined ? '' : origins[key.from]);

/** What an empty field comes to. */
export const emptyInWords = (key: Key): string => (key.default === undefined ? 'not set.' : `by default ${valueInWords(key, null)}.`);

/** Why it cannot be changed here; null: it can. */
export function fixed(key: Key): string | null {
  if (key.secret || key.changes === 'never_on_page') return 'Only in the file.';
  if (key.from === 'environment') return 'The environment of the program says so, and comes before this page.';
  if (key.guards_wiring && key.bound !== null && key.bound <= (key.least ?? 0)) return 'It guards the wiring and is at its least; raised only in the file.';
  return null;
}

/** What a key that guards the wiring permits; null: it is none. */
export function guard(key: Key): string | null {
  if (!key.guards_wiring || fixed(key) !== null) return null;
  return `It guards the wiring: can be lowered here, raised only in the file${key.bound === null ? '' : `; at most ${withUnit(String(key.bound), key.unit)}`}.`;
}

/** What a field of the form holds for this value. */
export function fieldOf(key: Key): string {
  if (key.value === null) return '';
  if (key.takes === 'true or false') return yes(key.value) ? 'true' : 'false';
  if (key.takes === 'one of') return key.choices?.find((choice) => choice.toLowerCase() === key.value?.toLowerCase()) ?? key.value;
  return key.value;
}

/** What is sent for what a field holds. What is no number is sent as it is: the daemon says what is wrong with it. */
export function typed(key: Key, field: string): number | boolean | string {
  const text = field.trim();
  if (key.takes === 'true or false') return text === 'true';
  const isNumber = key.takes === 'number' || key.takes === 'whole number';
  return isNumber && text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}
