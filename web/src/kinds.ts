// Kinds of energy sources as a form shows them, and what came of trying one.
import { sentence } from './format';
import { has } from './reading.svelte';

export type Family = 'meters' | 'prices' | 'forecasts';
export interface KindName {
  family: Family;
  name: string;
  title: string;
}
export interface Option {
  name: string;
  takes: 'text' | 'host' | 'port' | 'number' | 'yes or no' | 'device';
  required: boolean;
  secret: boolean;
  default: string | null;
  help: string | null;
}
export interface Kind extends KindName {
  /** What has to be done at the device first. */
  setup: string | null;
  uncertain: string | null;
  tells: string[];
  some_also: string[];
  /** s */
  every: number;
  least_every: number;
  most_a_day: number | null;
  /** Why a trial of it is refused; null: it is not. */
  not_tried: string | null;
  /** As what a meter can stand in the configuration. */
  roles: string[];
  options: Option[];
}
export interface Trial {
  well: boolean;
  trouble: string | null;
  amounts: Record<string, number>;
  slots: string[];
  judgement: string[];
  asked: { question: string; address: string; status: number | null; bytes: number; answer: string | null; trouble: string | null }[];
}
export const isKindList = (body: unknown): body is { kinds: KindName[] } => has(body, ['kinds']);
export const isKind = (body: unknown): body is Kind => has(body, ['tells', 'some_also', 'roles', 'options'], ['name', 'title', 'not_tried']);
export const isTrial = (body: unknown): body is Trial => has(body, ['slots', 'judgement', 'asked'], ['well', 'trouble', 'amounts']);

export const families: Record<Family, string> = { meters: 'Meters and inverters', prices: 'Prices', forecasts: 'Forecasts of the sun' };

const roles: Record<string, string> = {
  house: 'the whole house: all that it usually tells',
  grid: 'the grid: power and currents there',
  solar: 'the sun: what the panels yield',
  battery: 'the home battery: its power and level',
  charger: 'another charger: shown, and nothing more',
  circuit: 'a circuit: its power and currents, to guard it',
};
/** What of it counts. */
export const roleInWords = (role: string): string => roles[role] ?? role;

/** By what they are called, those of one family together. */
export function grouped(all: KindName[]): { family: Family; kinds: KindName[] }[] {
  return (Object.keys(families) as Family[]).map((family) => ({
    family,
    kinds: all.filter((each) => each.family === family).sort((a, b) => a.title.localeCompare(b.title)),
  })).filter(({ kinds }) => kinds.length > 0);
}

export const addressOf = ({ family, name }: KindName): string => `api/v1/kinds/${family}/${encodeURIComponent(name)}`;

/** "Of the customer. Empty: 80." */
export function hint(option: Option): string {
  const parts: string[] = [];
  if (option.help !== null) parts.push(sentence(option.help));
  if (option.takes === 'yes or no') parts.push('Yes or no.');
  if (option.default !== null && option.default !== '') parts.push(`Empty: ${option.default}`);
  else if (!option.required) parts.push('May stay empty.');
  return parts.join(' ');
}

/** What is typed, without what stays empty. */
export function told(kind: Kind, fields: Record<string, string>): Record<string, string> {
  const options: Record<string, string> = {};
  for (const { name } of kind.options) {
    const text = (fields[name] ?? '').trim();
    if (text !== '') options[name] = text;
  }
  return options;
}

/** Those that have to be typed yet. */
export const missing = (kind: Kind, fields: Record<string, string>): string[] =>
  kind.options.filter(({ name, required }) => required && (fields[name] ?? '').trim() === '').map(({ name }) => name);

/** One line for the section of its family: JSON, which config.json and twcmanager.yaml read both. */
export function line(kind: Kind, name: string, role: string, fields: Record<string, string>): string {
  const options = told(kind, fields);
  const source = { type: kind.name, ...(kind.family === 'meters' ? { role } : {}), ...(Object.keys(options).length > 0 ? { options } : {}) };
  const text = JSON.stringify({ [name]: source }, null, 1).replace(/\n\s*/g, ' ');
  return text.slice(2, -2);
}
