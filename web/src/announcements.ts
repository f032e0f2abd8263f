// What a person should look at now, and what is only history.
//
// The daemon tells of events; whether their cause still holds is seen in the rest of the snapshot, or in a later event
// that ends them.
import type { Announcement, Snapshot } from './snapshot';

const endedBy: Record<string, string[]> = {
  excess_found: ['excess_cleared'],
  foreign_master: ['foreign_master_gone'],
  unit_late: ['unit_returned', 'unit_linked', 'unit_lost'],
  unit_lost: ['unit_returned', 'unit_linked'],
};

function over(announcement: Announcement, index: number, snapshot: Snapshot): boolean {
  const ends = endedBy[announcement.code];
  if (
    ends &&
    snapshot.announcements
      .slice(0, index)
      .some((later) => ends.includes(later.code) && (announcement.code === 'excess_found' || later.connector === announcement.connector))
  ) {
    return true;
  }
  switch (announcement.code) {
    case 'bus_closed':
      return snapshot.bus.state.code !== 'closed';
    case 'unit_late':
    case 'unit_lost': {
      const connector = snapshot.connectors.find((one) => one.id === announcement.connector);
      return connector?.link.code === 'linked';
    }
    case 'meter_silent':
    case 'meter_absurd': {
      const named = snapshot.meters.filter((meter) => announcement.text.includes(meter.name));
      return (named.length > 0 ? named : snapshot.meters).every((meter) => meter.fresh);
    }
    case 'sun_unknown':
      return snapshot.site.sun !== null;
    default:
      return false;
  }
}

export interface Sorted {
  /** Warnings and alarms whose cause still holds, alarms first, newest first. */
  current: Announcement[];
  /** Everything else, newest first. */
  earlier: Announcement[];
}

/** Of two that say the same about the same connector only the newer one counts. */
export function sorted(snapshot: Snapshot): Sorted {
  const seen = new Set<string>();
  const result: Sorted = { current: [], earlier: [] };
  snapshot.announcements.forEach((announcement, index) => {
    const key = `${announcement.code} ${announcement.connector ?? ''} ${announcement.code.startsWith('meter_') ? announcement.text : ''}`;
    const repeated = seen.has(key);
    seen.add(key);
    const holds = announcement.severity !== 'info' && !repeated && !over(announcement, index, snapshot);
    (holds ? result.current : result.earlier).push(announcement);
  });
  const alarmsFirst = (one: Announcement): number => (one.severity === 'alarm' ? 0 : 1);
  result.current.sort((a, b) => alarmsFirst(a) - alarmsFirst(b));
  return result;
}
