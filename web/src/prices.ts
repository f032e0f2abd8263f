// What a kilowatt-hour costs, today and tomorrow, as bars and as words.
import { clock, unknown } from './format';
import { has } from './reading.svelte';

export interface Slot {
  /** RFC 3339 */
  start: string;
  end: string;
  /** per kWh */
  price: number;
}
export interface Prices {
  name: string;
  kind: string;
  currency: string | null;
  trouble: string | null;
  slots: Slot[];
}
export const isPriceList = (body: unknown): body is { prices: Prices[] } =>
  has(body, ['prices']) && (body as { prices: unknown[] }).prices.every((each) => has(each, ['slots'], ['name', 'currency', 'trouble']));

const hundredths: Record<string, string> = { EUR: 'ct', CHF: 'Rp', GBP: 'p', AUD: 'c', USD: 'c', SEK: 'öre', NOK: 'öre', DKK: 'øre' };

/** "28.9 ct" a kWh, "0.412 PLN" where nobody counts in hundredths. */
export function priceInWords(price: number | null | undefined, currency: string | null): string {
  if (typeof price !== 'number' || !Number.isFinite(price)) return unknown;
  const cents = currency === null ? undefined : hundredths[currency];
  const text = cents === undefined ? price.toFixed(3) : (price * 100).toFixed(1);
  const plain = /^-0\.?0*$/.test(text) ? text.slice(1) : text;
  return `${plain.replace('-', '\u2212')}\u00a0${cents ?? currency ?? ''}`.trim();
}

/** Of the time that is shown, and of the room between the lowest and the highest price (or zero), both 0 to 1. */
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
  /** where a price of zero is, from the top */
  zero: number;
  /** where tomorrow begins, from the left; absent: it is not known yet */
  tomorrow: number | null;
  now: number;
}

const midnight = (now: string, days: number): number => {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
};

/** Today, and tomorrow as soon as something of it is known; null: nothing is known of both. */
export function strip(slots: readonly Slot[], now: string): Strip | null {
  const from = midnight(now, 0);
  const night = midnight(now, 1);
  const shown = slots.filter(({ start, end }) => Date.parse(end) > from && Date.parse(start) < midnight(now, 2));
  if (shown.length === 0) return null;
  const to = shown.some(({ start }) => Date.parse(start) >= night) ? midnight(now, 2) : night;
  const high = Math.max(0, ...shown.map(({ price }) => price));
  const low = Math.min(0, ...shown.map(({ price }) => price));
  const room = high - low || 1;
  const at = (moment: number): number => Math.min(1, Math.max(0, (moment - from) / (to - from)));
  const moment = Date.parse(now);
  return {
    from,
    to,
    zero: high / room,
    tomorrow: to > night ? at(night) : null,
    now: at(moment),
    bars: shown.map(({ start, end, price }) => {
      const [begins, ends] = [Date.parse(start), Date.parse(end)];
      return {
        left: at(begins),
        width: at(ends) - at(begins),
        top: (high - Math.max(0, price)) / room,
        height: Math.abs(price) / room,
        negative: price < 0,
        now: begins <= moment && moment < ends,
        over: ends <= moment,
      };
    }),
  };
}

/** The slot that holds now; undefined in a gap. */
export const current = (slots: readonly Slot[], now: string): Slot | undefined =>
  slots.find(({ start, end }) => Date.parse(start) <= Date.parse(now) && Date.parse(now) < Date.parse(end));

/** Until when the same price holds on. */
function until(slots: readonly Slot[], first: Slot): string {
  let last = first;
  for (let next: Slot | undefined = first; next; next = slots.find(({ start, price }) => Date.parse(start) === Date.parse(last.end) && price === first.price)) last = next;
  return last.end;
}

/** What holds now, and when it is cheapest from now on. */
export function pricesInWords(prices: Prices, now: string): string[] {
  const { slots, currency } = prices;
  const words: string[] = [];
  const held = current(slots, now);
  if (held) words.push(`${priceInWords(held.price, currency)} per kWh now, until ${clock(until(slots, held), now)}.`);
  else words.push('The price of now is unknown.');
  const ahead = slots.filter(({ end }) => Date.parse(end) > Date.parse(now));
  const best = ahead.reduce<Slot | undefined>((least, each) => (least === undefined || each.price < least.price ? each : least), undefined);
  if (best && ahead.length > 1 && best !== held)
    words.push(`Cheapest from ${clock(best.start, now)} to ${clock(until(slots, best), now)}: ${priceInWords(best.price, currency)}.`);
  const negative = ahead.filter(({ price }) => price < 0).reduce((sum, { start, end }) => sum + (Date.parse(end) - Date.parse(start)) / 3_600_000, 0);
  if (negative > 0) words.push(`Below zero for ${Math.round(negative * 4) / 4}\u00a0h ahead.`);
  return words;
}
