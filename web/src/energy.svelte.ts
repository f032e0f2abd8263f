// What the daemon is asked for beside the snapshot: how the energy sources are, prices and forecasts. One timer for all of them.
import { type Forecast, isForecastList } from './forecast';
import { isPriceList, type Prices } from './prices';
import { Reading } from './reading.svelte';
import { isSourceList, type Source } from './sources';

/** ms; sources are asked every few seconds, prices and forecasts a few times a day. */
export const often = 10_000;
const rarely = 300_000;

export class Energy {
  readonly sources = new Reading<{ sources: Source[] }>('api/v1/meters', isSourceList);
  readonly prices = new Reading<{ prices: Prices[] }>('api/v1/prices', isPriceList);
  readonly forecasts = new Reading<{ forecasts: Forecast[] }>('api/v1/forecasts', isForecastList);
  #next = 0;

  look(): void {
    void this.sources.load();
    if (Date.now() < this.#next) return;
    this.#next = Date.now() + rarely;
    void this.prices.load();
    void this.forecasts.load();
  }
}
