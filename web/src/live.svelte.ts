// The page's link to the daemon: one snapshot a second while somebody looks, less often while it does not answer.
import { ask, wish } from './ask';
import { isSnapshot, type Mode, type Snapshot } from './snapshot';

export const everySecond = 1000;
const longestPause = 15_000;

/** How long to wait before asking again, in ms, after so many failures in a row. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? everySecond : Math.min(longestPause, everySecond * 2 ** (failures - 1));
}

/** One failed request may be a hiccup; at two the page says that the connection is lost. */
const lostAfter = 2;

export class Live {
  snapshot = $state.raw<Snapshot | null>(null);
  /** When the last snapshot arrived, on this device's clock. */
  lastSeen = $state<number | null>(null);
  failures = $state(0);
  /** The daemon answers, but not to us: nobody is logged in here, or not any more. */
  shut = $state(false);
  /** True from the first snapshot on, until the daemon stops answering. */
  connected = $derived(this.snapshot !== null && this.failures < lostAfter);
  lost = $derived(this.failures >= lostAfter);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  /** Answers to requests older than this one are of no interest any more. */
  #turn = 0;

  start(): void {
    this.#running = true;
    void this.refresh();
  }

  stop(): void {
    this.#running = false;
    this.#turn += 1;
    clearTimeout(this.#timer);
  }

  /** Asks at once, whatever was planned. */
  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    const turn = ++this.#turn;
    const began = Date.now();
    const value = await this.#read();
    if (turn !== this.#turn) return;
    if (this.shut) {
      this.snapshot = null;
      this.stop();
      return;
    }
    if (value) {
      this.snapshot = value;
      this.lastSeen = Date.now();
      this.failures = 0;
    } else {
      this.failures += 1;
    }
    if (!this.#running) return;
    const spent = Date.now() - began;
    this.#timer = setTimeout(() => void this.refresh(), Math.max(0, pauseAfter(this.failures) - spent));
  }

  async #read(): Promise<Snapshot | null> {
    try {
      const { ok, status, body } = await ask('api/v1/snapshot');
      this.shut = status === 401;
      return ok && isSnapshot(body) ? body : null;
    } catch {
      return null;
    }
  }

  async setMode(mode: Mode): Promise<string | null> {
    return this.#then(await wish('PUT', 'api/v1/mode', { mode }));
  }

  async setConnectorMode(id: string, mode: Mode): Promise<string | null> {
    return this.#then(await wish('PUT', `api/v1/connectors/${id}/mode`, { mode }));
  }

  /** Energy for this visit; null as configured. */
  async setTarget(id: string, kwh: number | null): Promise<string | null> {
    return this.#then(await wish('PUT', `api/v1/connectors/${id}/target`, { kwh }));
  }

  /** `rate` in A for all connectors together, `lasting` in s. */
  async chargeNow(rate: number, lasting: number): Promise<string | null> {
    return this.#then(await wish('POST', 'api/chargeNow', { chargeNowRate: rate, chargeNowDuration: lasting }));
  }

  async cancelChargeNow(): Promise<string | null> {
    return this.#then(await wish('POST', 'api/cancelChargeNow', {}));
  }

  async #then(error: string | null): Promise<string | null> {
    await this.refresh();
    return error;
  }
}
