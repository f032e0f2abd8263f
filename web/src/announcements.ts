// What a person should look at now, and what is only history.
//
// The daemon tells of events; whether their cause still holds is seen in the rest of the snapshot, or in a later event
// that ends them.
import type { Announcement, Circuit, Meter, Snapshot } from './snapshot';

const endedBy: Record<string, string[]> = {
  excess_found: ['excess_cleared'],
  foreign_master: ['foreign_master_gone'],
  unit_late: ['unit_returned', 'unit_linked', 'unit_lost'],
  unit_lost: ['unit_returned', 'unit_linked'],
};

/** These tell of a moment; nothing tells when they are over, so that after a while they are history. */
const momentary = new Set(['noisy_bus', 'unit_rebooted', 'unit_silenced', 'unit_does_not_follow', 'stop_budget_spent', 'spike_useless', 'rotation']);
const aWhile = 15 * 60 * 1000;

/** The energy sources that a text is about, by name or by their place in the configuration; all when it names none. */
function metersIn(text: string, meters: Meter[]): Meter[] {
  const place = /\b(?:meter|source) (\d+)\b/i.exec(text);
  const named = meters.filter((meter, index) => (place ? index + 1 === Number(place[1]) : text.includes(meter.name)));
  return named.length > 0 ? named : meters;
}

/** The circuit that a text names; of two that fit, the one with the longer name. */
function circuitIn(text: string, circuits: Circuit[]): Circuit | undefined {
  return circuits.filter((one) => text.includes(one.name)).sort((a, b) => b.name.length - a.name.length)[0];
}

function over(announcement: Announcement, index: number, snapshot: Snapshot): boolean {
  const old = Date.parse(snapshot.time) - Date.parse(announcement.time) > aWhile;
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
    case 'meter_absurd':
      return metersIn(announcement.text, snapshot.meters).every((meter) => meter.fresh);
    case 'unit_reports_error': {
      const connector = snapshot.connectors.find((one) => one.id === announcement.connector);
      return connector ? connector.state.code !== 'error' : old;
    }
    case 'charger_seen_inside':
    case 'charger_seen_outside': {
      const seen = announcement.code === 'charger_seen_inside' ? 'inside' : 'outside';
      return metersIn(announcement.text, snapshot.meters).every((meter) => meter.charger !== seen);
    }
    case 'circuit_unknown': {
      const circuit = circuitIn(announcement.text, snapshot.circuits);
      return circuit === undefined || circuit.others !== null;
    }
    case 'circuit_limited':
      return circuitIn(announcement.text, snapshot.circuits)?.external == null;
    case 'sun_unknown':
      return snapshot.site.sun !== null;
    default:
      return old && momentary.has(announcement.code);
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
    const { code, connector, text } = announcement;
    const place = code.startsWith('meter_') ? text : code.startsWith('circuit_') ? (circuitIn(text, snapshot.circuits)?.name ?? text) : '';
    const key = `${code} ${connector ?? ''} ${place}`;
    const repeated = seen.has(key);
    seen.add(key);
    const holds = announcement.severity !== 'info' && !repeated && !over(announcement, index, snapshot);
    (holds ? result.current : result.earlier).push(announcement);
  });
  const alarmsFirst = (one: Announcement): number => (one.severity === 'alarm' ? 0 : 1);
  result.current.sort((a, b) => alarmsFirst(a) - alarmsFirst(b));
  return result;
}
