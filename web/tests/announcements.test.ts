// What needs attention now, and what is over.
import { describe, expect, it } from 'vitest';
import { sorted } from '../src/announcements';
import type { Announcement, Snapshot } from '../src/snapshot';
import { exampleSnapshot } from './example';

const later = (text: string, span: number): string => new Date(Date.parse(text) + span).toISOString();
let time = Date.parse(exampleSnapshot().time);
const said = (code: string, rest: Partial<Announcement> = {}): Announcement => ({
  code, severity: 'warning', text: `${code} happened`, time: new Date(--time).toISOString(), connector: null, ...rest,
});
/** Newest first, as the daemon sends them. */
const with_ = (announcements: Announcement[], change: (snapshot: Snapshot) => void = () => {}): Snapshot => {
  const snapshot = exampleSnapshot();
  snapshot.announcements = announcements;
  change(snapshot);
  return snapshot;
};
const current = (snapshot: Snapshot): string[] => sorted(snapshot).current.map((one) => one.code);

describe('sorted', () => {
  it('shows the warnings of the example and keeps what merely happened apart', () => {
    const result = sorted(exampleSnapshot());
    expect(result.current.map((one) => one.code)).toEqual(['unit_late', 'meter_silent']);
    expect(result.earlier.map((one) => one.code)).toEqual(['bus_opened']);
  });

  it('loses nothing', () => {
    const snapshot = with_([said('noisy_bus'), said('noisy_bus'), said('bus_opened', { severity: 'info' }), said('excess_found', { severity: 'alarm' })]);
    const { current: now, earlier } = sorted(snapshot);
    expect(now.length + earlier.length).toBe(4);
  });

  it('puts alarms first', () =>
    expect(current(with_([said('noisy_bus'), said('excess_found', { severity: 'alarm' })]))).toEqual(['excess_found', 'noisy_bus']));

  it('shows a repeated warning once', () => expect(current(with_([said('noisy_bus'), said('noisy_bus')]))).toEqual(['noisy_bus']));

  it('shows the same warning about two connectors twice', () =>
    expect(current(with_([said('duplicate_id', { connector: '4A7C' }), said('duplicate_id', { connector: 'B01D' })]))).toHaveLength(2));

  it('ends an excess when it is cleared, but not one that came later', () => {
    expect(current(with_([said('excess_cleared', { severity: 'info' }), said('excess_found')]))).toEqual([]);
    expect(current(with_([said('excess_found'), said('excess_cleared', { severity: 'info' })]))).toEqual(['excess_found']);
  });

  it('ends the loss of a connector only by the return of the same one', () => {
    const lost = said('unit_lost', { connector: '0C93' });
    expect(current(with_([said('unit_returned', { severity: 'info', connector: '4A7C' }), lost]))).toEqual(['unit_lost']);
    expect(current(with_([said('unit_returned', { severity: 'info', connector: '0C93' }), lost]))).toEqual([]);
  });

  it('believes the link itself', () => {
    const lost = said('unit_lost', { connector: '0C93' });
    expect(current(with_([lost], (snapshot) => (snapshot.connectors[2]!.link.code = 'linked')))).toEqual([]);
  });

  it('ends the silence of a meter when that meter is fresh', () => {
    const silent = said('meter_silent', { text: 'The meter Garage does not answer.' });
    expect(current(with_([silent]))).toEqual(['meter_silent']);
    expect(current(with_([silent], (snapshot) => (snapshot.meters[1]!.fresh = true)))).toEqual([]);
  });

  it('knows a meter by its place too', () => {
    const first = said('meter_silent', { text: 'Energy source 1 does not answer.' });
    const second = said('meter_silent', { text: 'Energy source 2 does not answer.' });
    expect(sorted(with_([first, second])).current).toEqual([second]);
  });

  it('lets a warning about a moment become history after a while', () => {
    const noisy = said('noisy_bus');
    expect(current(with_([noisy]))).toEqual(['noisy_bus']);
    expect(current(with_([noisy], (snapshot) => (snapshot.time = later(snapshot.time, 16 * 60 * 1000))))).toEqual([]);
    expect(current(with_([said('duplicate_id')], (snapshot) => (snapshot.time = later(snapshot.time, 16 * 60 * 1000))))).toEqual(['duplicate_id']);
  });

  it('ends the error of a connector when it reports none any more', () => {
    const error = said('unit_reports_error', { connector: '4A7C' });
    expect(current(with_([error]))).toEqual([]);
    expect(current(with_([error], (snapshot) => (snapshot.connectors[0]!.state.code = 'error')))).toEqual(['unit_reports_error']);
  });

  it('keeps the silence of two meters apart', () => {
    const both = [said('meter_silent', { text: 'The meter Garage does not answer.' }), said('meter_silent', { text: 'The meter URL does not answer.' })];
    expect(current(with_(both, (snapshot) => snapshot.meters.forEach((meter) => (meter.fresh = false))))).toHaveLength(2);
  });

  it('ends "the sun is unknown" when it is known, and "the bus is closed" when it is open', () => {
    const both = [said('sun_unknown'), said('bus_closed')];
    expect(current(with_(both))).toEqual([]);
    expect(
      current(
        with_(both, (snapshot) => {
          snapshot.site.sun = null;
          snapshot.bus.state.code = 'closed';
        }),
      ),
    ).toEqual(['sun_unknown', 'bus_closed']);
  });

  it('a limit from outside and an unknown circuit until the circuit itself says that it is over', () => {
    const limited = said('circuit_limited', { text: 'Circuit garage is limited to 16 A per phase: dimmed.' });
    const unheard = said('circuit_unknown', { text: 'What flows through circuit main fuse is unknown.' });
    const silent = (snapshot: Snapshot): void => { snapshot.circuits[0]!.others = null; };
    expect(current(with_([limited, unheard], silent))).toEqual(['circuit_limited', 'circuit_unknown']);
    expect(current(with_([limited, unheard], (snapshot) => { snapshot.circuits[1]!.external = null; }))).toEqual([]);
    const former = said('circuit_limited', { text: 'Circuit garage is limited to 10 A per phase: dimmed.' });
    expect(current(with_([limited, former]))).toEqual(['circuit_limited']);
  });
});
