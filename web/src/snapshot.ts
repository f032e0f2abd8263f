// The shapes of api/openapi.yaml that the page reads. Currents in A, power in W, energy in kWh, spans in s, points of
// time as RFC 3339. What is unknown is null, never zero.

export type Mode = 'off' | 'pv' | 'minpv' | 'now';

export interface Coded {
  code: string;
  text: string;
}

/** Why a current is what it is. */
export interface Reason extends Coded {
  amount: number;
  other: number;
}

export interface Granted {
  amps: number;
  reason: Reason;
}

export interface UnitState extends Coded {
  number: number;
}

export interface Site {
  generation: number | null;
  consumption: number | null;
  /** Consumption without the cars. */
  house: number | null;
  charging: number;
  /** Per phase, all connectors. */
  charging_amps: number;
  /** Per phase: what the sun leaves for charging. */
  sun: number | null;
  volts: number;
  phases: number;
}

export interface Meter {
  name: string;
  consumption: number | null;
  generation: number | null;
  /** Its generation is computed, not measured. */
  estimated: boolean;
  age: number | null;
  greatest_age: number;
  charger: 'unknown' | 'inside' | 'outside';
  lag: number | null;
  fresh: boolean;
  answers: number;
  faults: number;
}

/** One fuse; amperes are of L1, L2 and L3 of the house. */
export interface Circuit {
  name: string;
  parent: string | null;
  amps: number | null;
  watts: number | null;
  /** Who limits it further, and why. */
  external: string | null;
  measured: boolean;
  /** What flows beside the connectors below. */
  others: number[] | null;
  held: number[];
  /** Null where nothing limits a phase, or not known now. */
  left: number[] | null;
}

export interface Connector {
  id: string;
  name: string | null;
  /** What rules it; `own` when that is not simply the mode of all. */
  mode: { code: Mode; own: boolean };
  /** Energy of this visit, after which it is no longer charged. */
  target: number | null;
  sign: string;
  protocol: number;
  link: Coded;
  state: UnitState;
  car_state: UnitState;
  hardware_maximum: number | null;
  told: number | null;
  limit: number | null;
  drawn: number;
  held: number;
  granted: Granted;
  /** Why it has the current it has, in one sentence. */
  why: string;
  /** What it would take to change that. */
  change: string;
  charging: boolean;
  /** True when a car is certainly plugged in; false when that is not known. */
  car_present: boolean;
  since_heard: number;
  charging_for: number | null;
  power: number;
  session_energy: number;
  lifetime_counter: number | null;
  volts: number[] | null;
  phase_amps: number[] | null;
  vin: string | null;
  last_vin: string | null;
  serial: string | null;
  firmware: string | null;
  /** By what a car that has current can be stopped. */
  stop_way: 'none' | 'zero' | 'silence' | 'order';
  /** Of each way to stop: how often since the car was plugged in, and how often at most. */
  zeros: number;
  silences: number;
  silences_allowed: number;
  orders: number;
  orders_allowed: number;
  /** For the connector's life. */
  relay_operations: number;
  starts: number;
  stops: number;
}

export type Severity = 'info' | 'warning' | 'alarm';

export interface Announcement {
  code: string;
  severity: Severity;
  text: string;
  time: string;
  connector: string | null;
}

export interface Snapshot {
  version: number;
  time: string;
  program: { name: string; version: string; demo: boolean };
  mode: Mode;
  /** A person chose it: it comes before policies and schedules. */
  mode_chosen: boolean;
  follows_sun: boolean;
  /** that decides; null: none is configured, or a mode that a person chose comes first */
  policy: { name: string; why: string } | null;
  target: Granted;
  limits: { circuit: number; per_connector: number; minimum: number };
  held: number;
  charge_now: { rate: number; until: string; remaining: number } | null;
  bus: { state: Coded; in_state: number | null; frames: number; damaged: number; echoes: number };
  site: Site;
  meters: Meter[];
  /** Parents before their children. */
  circuits: Circuit[];
  connectors: Connector[];
  /** Newest first. */
  announcements: Announcement[];
}

/** Whether an answer has the shape at least; a proxy's error page or another program's JSON has not. */
export function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== 'object' || value === null) return false;
  const some = value as Record<string, unknown>;
  return (
    typeof some['time'] === 'string' &&
    typeof some['target'] === 'object' &&
    some['target'] !== null &&
    typeof some['site'] === 'object' &&
    some['site'] !== null &&
    Array.isArray(some['connectors']) &&
    Array.isArray(some['announcements'])
  );
}
