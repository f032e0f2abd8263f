// Something that is known for today and tomorrow, stretch by stretch, as bars beside each other.
import { clock } from './format';

export interface Stretch {
  /** RFC 3339 */
  start: string;
  end: string;
  value: number;
}

/** Of the time that is shown, and of the room between the lowest and the highest value (or zero), both 0 to 1. */
export interface Bar {
  left: number;
  width: number;
  top: number;
  height: number;
  negative: boolean;
  now: boolean;
  over: boolean;
}
export interface Strip {
  from: number;
  to: number;
  bars: Bar[];
  /** where zero is, from the top */
  zero: number;
  /** where tomorrow begins, from the left; absent: it is not shown */
  tomorrow: number | null;
  /** whether anything of tomorrow is known */
  knows: boolean;
  now: number;
  /** some hours of the clock and where they are */
  hours: { at: number; words: string }[];
}

const hourOf = (now: string, days: number, hour = 0): number => {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour).getTime();
};

/** Whether any of it is of the day after `now`'s. */
export const reachesTomorrow = (all: readonly Stretch[], now: string): boolean =>
  all.some(({ start, end }) => Date.parse(end) > hourOf(now, 1) && Date.parse(start) < hourOf(now, 2));

/** Today, and tomorrow when something of it is known or `both` are wanted; null: nothing is known of what is shown. */
export function strip(all: readonly Stretch[], now: string, both = false): Strip | null {
  const [from, night, end] = [hourOf(now, 0), hourOf(now, 1), hourOf(now, 2)];
  const knows = reachesTomorrow(all, now);
  const to = knows || both ? end : night;
  const shown = all.filter((each) => Date.parse(each.end) > from && Date.parse(each.start) < to);
  if (shown.length === 0) return null;
  const high = Math.max(0, ...shown.map(({ value }) => value));
  const low = Math.min(0, ...shown.map(({ value }) => value));
  const room = high - low || 1;
  const at = (moment: number): number => Math.min(1, Math.max(0, (moment - from) / (to - from)));
  const moment = Date.parse(now);
  const marked = to > night ? [[0, 12], [1, 12]] : [[0, 6], [0, 12], [0, 18]];
  return {
    from,
    to,
    zero: high / room,
    tomorrow: to > night ? at(night) : null,
    knows,
    now: at(moment),
    hours: marked.map(([days = 0, hour = 0]) => ({ at: at(hourOf(now, days, hour)), words: clock(hourOf(now, days, hour), hourOf(now, days)) })),
    bars: shown.map(({ start, end: until, value }) => {
      const [begins, ends] = [Date.parse(start), Date.parse(until)];
      return {
        left: at(begins),
        width: at(ends) - at(begins),
        top: (high - Math.max(0, value)) / room,
        height: Math.abs(value) / room,
        negative: value < 0,
        now: begins <= moment && moment < ends,
        over: ends <= moment,
      };
    }),
  };
}
