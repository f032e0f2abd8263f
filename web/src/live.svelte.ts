// The page's link to the daemon. It asks for a snapshot, then listens to the stream of changes; where there is no stream
// it asks each second, and less often while nobody answers.
import { ask, wish } from './ask';
import { patched } from './patch';
import { isSnapshot, type Mode, type Snapshot } from './snapshot';

export const everySecond = 1000;
const longestPause = 15_000;

/** How long to wait before asking again, in ms, after so many failures in a row. */
export function pauseAfter(failures: number): number {
  return failures === 0 ? everySecond : Math.min(longestPause, everySecond * 2 ** (failures - 1));
}

/** The daemon tells something each second; one that is silent for so long, in ms, is gone. */
const longestSilence = 5000;
/** A stream that broke is tried again after this, in ms. */
const untilNextStream = 5000;

/** Where the stream is; null where the browser has none or the page comes from no daemon. */
function openStream(): WebSocket | null {
  if (typeof WebSocket === 'undefined' || typeof location === 'undefined') return null;
  const address = new URL('api/v1/stream', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  try {
    return new WebSocket(address);
  } catch {
    return null;
  }
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
  #stream: WebSocket | null = null;
  /** What the stream's next patch is for; null while it has told nothing. */
  #told: unknown = null;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #nextStream = 0;

  start(): void {
    this.#running = true;
    void this.refresh();
  }

  stop(): void {
    this.#running = false;
    this.#turn += 1;
    clearTimeout(this.#timer);
    this.#leave();
    this.#nextStream = 0;
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
    if (value) this.#take(value);
    else this.failures += 1;
    if (!this.#running) return;
    if (value) this.#listen();
    if (this.#told !== null) return;
    const spent = Date.now() - began;
    this.#timer = setTimeout(() => void this.refresh(), Math.max(0, pauseAfter(this.failures) - spent));
  }

  #take(value: Snapshot): void {
    this.snapshot = value;
    this.lastSeen = Date.now();
    this.failures = 0;
  }

  #listen(): void {
    if (this.#stream || Date.now() < this.#nextStream) return;
    this.#nextStream = Date.now() + untilNextStream;
    const stream = openStream();
    if (!stream) return;
    this.#stream = stream;
    stream.onmessage = (event) => this.#hear(stream, event.data);
    stream.onclose = () => this.#lose(stream);
    this.#expect(stream);
  }

  #expect(stream: WebSocket): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(stream), longestSilence);
  }

  #hear(stream: WebSocket, data: unknown): void {
    if (stream !== this.#stream) return;
    try {
      const message = JSON.parse(String(data)) as { snapshot?: unknown; patch?: unknown };
      const value = 'snapshot' in message ? message.snapshot : patched(this.#told, message.patch);
      if (!isSnapshot(value)) throw new Error('not a snapshot');
      this.#told = value;
      this.#take(value);
    } catch {
      return this.#lose(stream);
    }
    clearTimeout(this.#timer);
    this.#turn += 1;  // what was asked before is older
    this.#expect(stream);
  }

  /** The stream has broken: asks, and listens again when there is an answer. */
  #lose(stream: WebSocket): void {
    if (stream !== this.#stream) return;
    const told = this.#told !== null;
    this.#leave();
    if (told && this.#running) void this.refresh();
  }

  #leave(): void {
    clearTimeout(this.#silence);
    const stream = this.#stream;
    this.#stream = null;
    this.#told = null;
    stream?.close();
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

  /** Policies, schedules and the configured mode decide again. */
  async releaseMode(): Promise<string | null> {
    return this.#then(await wish('DELETE', 'api/v1/mode'));
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
