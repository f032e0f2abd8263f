// What a kilowatt-hour costs, in words and as what a strip of bars is drawn from.
import { clock, unknown } from './format';
import { has } from './reading.svelte';
import type { Stretch } from './strip';

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

export const stretches = ({ slots }: Prices): Stretch[] => slots.map(({ start, end, price }) => ({ start, end, value: price }));

const hundredths: Record<string, string> = { EUR: 'ct', CHF: 'Rp', GBP: 'p', AUD: 'c', USD: 'c', SEK: 'öre', NOK: 'öre', DKK: 'øre' };

/** "28.9 ct" a kWh, "0.412 PLN" where nobody counts in hundredths. */
export function priceInWords(price: number | null | undefined, currency: string | null): string {
  if (typeof price !== 'number' || !Number.isFinite(price)) return unknown;
  const cents = currency === null ? undefined : hundredths[currency];
  const text = cents === undefined ? price.toFixed(3) : (price * 100).toFixed(1);
  const plain = /^-0\.?0*$/.test(text) ? text.slice(1) : text;
  return `${plain.replace('-', '\u2212')}\u00a0${cents ?? currency ?? ''}`.trim();
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
