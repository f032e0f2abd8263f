// Where the power comes from and where it goes: the same total twice, because nothing is lost on the way.
import type { Meter, Site } from './snapshot';

export type Part = 'solar' | 'grid' | 'house' | 'cars';

export interface Share {
  part: Part;
  watts: number;
}

export interface Balance {
  /** Positive: drawn from the grid; negative: given to it. */
  grid: number;
  /** Solar and grid import. Adds up to `total`. */
  from: Share[];
  /** House, cars and grid export. Adds up to `total`. */
  to: Share[];
  total: number;
}

const present = (shares: Share[]): Share[] => shares.filter((share) => share.watts > 0);

/** Absent when generation or house load is unknown. */
export function balance(site: Site): Balance | null {
  if (site.generation === null || site.house === null) return null;
  const solar = Math.max(0, site.generation);
  const house = Math.max(0, site.house);
  const cars = Math.max(0, site.charging);
  const grid = house + cars - solar;
  return {
    grid,
    from: present([{ part: 'solar', watts: solar }, { part: 'grid', watts: grid }]),
    to: present([{ part: 'house', watts: house }, { part: 'cars', watts: cars }, { part: 'grid', watts: -grid }]),
    total: Math.max(solar, house + cars),
  };
}

/** What the sun leaves for charging, over all phases; absent when unknown. */
export function leftForCharging(site: Site): number | null {
  return site.sun === null ? null : site.sun * site.volts * site.phases;
}

/** The names of the sources that a total is made of, or why there is none. */
export function origin(meters: Meter[], gives: 'generation' | 'consumption'): string {
  const used = meters.filter((meter) => meter.fresh && meter[gives] !== null);
  const named = (meter: Meter) => (gives === 'generation' && meter.estimated ? `${meter.name} (estimated)` : meter.name);
  if (used.length > 0) return `from ${used.map(named).join(', ')}`;
  return meters.length === 0 ? 'no energy source is configured' : 'no fresh reading';
}
