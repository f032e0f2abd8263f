// The settings that people change while charging goes on: what each is called, what it takes, and what is sent for it.
import { has } from './reading.svelte';

export interface Settings {
  settings: Record<string, string | number | null>;
}
export const isSettings = (body: unknown): body is Settings => has(body, ['known'], ['settings']);

export interface Habit {
  key: string;
  label: string;
  hint: string;
  choices?: { value: string; words: string }[];
  least?: number;
  most?: number;
  step?: string;
}
export interface Habits {
  title: string;
  hint: string;
  habits: Habit[];
}

const hour = { least: 0, most: 24 };
export const habits: Habits[] = [
  {
    title: 'Outside the schedule',
    hint: 'What is done while no window of the schedule is open.',
    habits: [
      {
        key: 'nonScheduledAction',
        label: 'Then',
        hint: '',
        choices: [
          { value: '1', words: 'charge with a fixed current' },
          { value: '2', words: 'do not charge' },
          { value: '3', words: 'follow the sun' },
        ],
      },
      { key: 'nonScheduledAmpsMax', label: 'That current, in A', hint: 'For all connectors together; −1: the sun.', least: -1, most: 240, step: 'any' },
    ],
  },
  {
    title: 'Hours of the sun',
    hint: 'Where the position of the house is known, sunrise and sunset are computed to the minute and need not be written here.',
    habits: [
      { key: 'sunrise', label: 'Sunrise, hour', hint: '', ...hour, step: '1' },
      { key: 'sunset', label: 'Sunset, hour', hint: '', ...hour, step: '1' },
      { key: 'hourResumeTrackGreenEnergy', label: 'Follow the sun from, hour', hint: '−1: from sunrise on.', least: -1, most: 24, step: 'any' },
    ],
  },
  {
    title: 'Where the house is',
    hint: 'Sunrise and sunset are computed from it, without asking anybody.',
    habits: [
      { key: 'homeLat', label: 'Degrees north', hint: 'South of the equator below zero.', least: -90, most: 90, step: 'any' },
      { key: 'homeLon', label: 'Degrees east', hint: 'West of Greenwich below zero.', least: -180, most: 180, step: 'any' },
    ],
  },
  {
    title: 'How a car is stopped',
    hint: 'Too little sun, the end of a window or the mode Off stops a car. Each way has its price: a car bears only a few silences in one visit.',
    habits: [
      {
        key: 'chargeStopMode',
        label: 'By',
        hint: '',
        choices: [
          { value: '1', words: 'nothing: it is held at its minimum' },
          { value: '2', words: 'silence, a few times per visit' },
          { value: '3', words: 'an order on the bus' },
        ],
      },
    ],
  },
];

export const fieldOf = (value: string | number | null | undefined): string => (value == null ? '' : String(value));

/** What differs from what holds, as it is sent: numbers, and null for a field that was emptied. */
export function changed(of: Habits, settings: Settings['settings'], fields: Record<string, string>): Record<string, number | string | null> {
  const all: Record<string, number | string | null> = {};
  for (const { key } of of.habits) {
    const field = fields[key]?.trim();
    if (field === undefined || field === fieldOf(settings[key])) continue;
    all[key] = field === '' ? null : Number.isFinite(Number(field)) ? Number(field) : field;
  }
  return all;
}

// --- Consumption offsets -----------------------------------------------------------------------------------------------

export type Offsets = Record<string, { value: number; unit: 'A' | 'W' }>;
export const isOffsets = (body: unknown): body is Offsets =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && Object.values(body).every((one: unknown) => has(one, [], ['value', 'unit']));

/** "consumes 250 W" */
export function offsetInWords({ value, unit }: Offsets[string]): string {
  return `${value < 0 ? 'generates' : 'consumes'} ${Math.abs(value)}\u00a0${unit}`;
}
