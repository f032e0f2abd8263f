// The daemon's HTTP side as the page sees it: the built page under the strictest policy it must live with, and a world
// of which each test decides what it says.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";

/** The example that api/openapi.yaml promises; each call gives a fresh copy. */
export async function exampleSnapshot() {
  return JSON.parse(await readFile(new URL('../app/openapi_snapshot_example.json', import.meta.url), 'utf8'));
}

/** What the views beside the overview ask for: a week that begins on a Saturday at ten, three policies, a few settings and keys. */
function plan() {
  const hours = Array.from({ length: 168 }, (_, index) => {
    const at = (hour) => new Date(Date.UTC(2026, 10, 21, hour)).toISOString().replace('.000Z', '+00:00');
    const time = at(10 + index), until = at(11 + index);
    const night = Number(time.slice(11, 13)) >= 22;
    return night ? { time, until, policy: 'Scheduled Charging', why: 'Scheduled Charging applies, and none before it', amps: 10, green: false }
      : { time, until, policy: 'Track Green Energy', why: 'Track Green Energy applies, and none before it', amps: null, green: true };
  });
  const condition = (left, comparison, right, leftValue, rightValue, verdict) => ({ left, comparison, right, leftValue, rightValue, verdict });
  const policy = (name, kind, rules, applies, conditions) => ({ name, kind, rules, applies, latchedUntil: null, conditions });
  const key = (path, more) => ({ path, takes: 'number', meaning: `what ${path} means`, secret: false, used: true, changes: 'running', guards_wiring: false, group: null,
    value: null, from: 'default', bound: null, ...more });
  const option = (name, more) => ({ name, takes: 'text', required: false, secret: false, default: null, help: null, ...more });
  const kind = (name, title, more) => ({ family: 'meters', name, title, setup: null, uncertain: null, tells: ['grid'], some_also: [], every: 10, least_every: 5, most_a_day: null,
    not_tried: null, roles: ['grid', 'house', 'circuit'], options: [], ...more });
  return {
    '/api/v1/schedule': { zone: 'UTC', windows: [{ days: ['mon', 'tue'], start: '22:00', end: '24:00', amps: 10, flexible: true }], batteryKWh: 75 },
    '/api/v1/schedule/preview': { zone: 'UTC', hours },
    '/api/v1/policy': { active: 'Track Green Energy', why: 'Track Green Energy applies, and none before it', chosen: null, chargeLimit: null, policies: [
      policy('Export', 'fixed', false, null, [condition('modules.URL.exportW', 'gt', 2000, null, 2000, null)]),
      policy('Scheduled Charging', 'fixed', false, false, [condition('checkScheduledCharging()', 'eq', 1, 0, 1, false)]),
      policy('Track Green Energy', 'green', true, true, [condition('the time of day', 'gte', 'sunrise', 10.5, 6.25, true)]) ] },
    '/api/v1/settings': { settings: { nonScheduledAction: 3, homeLat: 52.5 }, known: [] },
    '/api/getConsumptionOffsets': { Pond: { value: 250, unit: 'W' } },
    '/api/v1/configuration': { keys: [
      key('config.wiringMaxAmpsAllTWCs', { unit: 'A', least: 0, most: 240, guards_wiring: true, value: '16', from: 'file', bound: 16 }),
      key('config.startStopDelay', { unit: 's', least: 0, most: 86400, default: '60', value: '90', from: 'page' }),
      key('config.defaultVoltage', { unit: 'V', least: 100, most: 277, default: '240', changes: 'never_on_page' }),
      key('policy.engine.policyCheckInterval', { unit: 's', least: 1, most: 3600, default: '30', changes: 'by_restart' }),
      key('control.MQTT.password', { takes: 'text', secret: true, changes: 'never_on_page', value: '…', from: 'file' }),
      key('connectors.AB12.mode', { takes: 'one of', choices: ['off', 'pv', 'minpv', 'now'], group: 'connectors' }) ] },
    '/api/v1/certificates': { certificates: [
      { address: 'https://192.168.1.7', pin: 'sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', sources: ['powerwall', 'roof'] },
      { address: 'mqtts://garage:8883', pin: 'sha256//3w0pI8Vw1PYn1lzvS4Zk8kzRyvR2aI9n5q7Y1pX0Zuk=', sources: [] }] },
    '/api/v1/kinds': { kinds: [{ family: 'meters', name: 'tesla-energy', title: 'Tesla by its cloud' }, { family: 'meters', name: 'garden-box', title: 'Box in the garden' },
      { family: 'prices', name: 'awattar', title: 'aWATTar' }] },
    '/api/v1/kinds/meters/garden-box': kind('garden-box', 'Box in the garden', { setup: 'Switch on the interface', uncertain: 'The scale.', options: [
      option('host', { takes: 'host', required: true }), option('pin', { required: true, secret: true, help: 'of the customer' }), option('port', { takes: 'port', default: '80' })] }),
    '/api/v1/kinds/meters/tesla-energy': kind('tesla-energy', 'Tesla by its cloud', { not_tried: 'Each log-in there replaces the token.', options: [option('site', { required: true })] }),
  };
}

/** What the overview asks for beside the snapshot: a source that is well and one that is not, prices and a forecast. */
function energy(time) {
  const midnight = Math.floor(Date.parse(time) / 86_400_000) * 86_400_000;
  const slots = (value) => Array.from({ length: 48 }, (_, hour) => ({ start: new Date(midnight + hour * 3_600_000).toISOString(), end: new Date(midnight + (hour + 1) * 3_600_000).toISOString(), ...value(hour) }));
  const at = (seconds) => new Date(Date.parse(time) + seconds * 1000).toISOString();
  const common = { state: 'well', trouble: null, read_at: at(-720), next: at(3600), known_until: new Date(midnight + 2 * 86_400_000).toISOString(), now: null };
  return {
    '/api/v1/meters': { meters: [], sources: [
      { name: 'URL', kind: 'text', title: null, setup: null, state: 'well', trouble: null, every: 5, read_at: at(-2), next: at(3), requests_today: 1416, most_a_day: null, readings: 708, faults: 2,
        amounts: { load: 420, solar: 13100.5 } },
      { name: 'Garage', kind: 'solaredge-cloud', title: 'SolarEdge cloud', setup: 'Make an API key in the portal', state: 'resting', every: 300, read_at: at(-4000), next: at(200), requests_today: 12,
        trouble: 'refuses the password or token (401); correct it in the configuration', most_a_day: 300, readings: 40, faults: 12, amounts: { solar: 2500 } }] },
    '/api/v1/prices': { prices: [{ name: 'market', kind: 'awattar', currency: 'EUR', ...common, slots: slots((hour) => ({ price: 0.3 - 0.1 * Math.sin((hour % 24) / 4) })) }] },
    '/api/v1/forecasts': { forecasts: [{ name: 'roof', kind: 'open-meteo', ...common, slots: slots((hour) => ({ watts: Math.round(Math.max(0, 9000 * Math.sin(((hour % 24) - 5) / 14 * Math.PI))) })) }] },
  };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

/**
 * `world.snapshot` is what is told; `world.answers` false hangs up on every question; `world.reply(method, path, body)`
 * may answer a wish with { status, body } and is told of each one.
 */
export async function startDaemon() {
  const snapshot = await exampleSnapshot();
  const world = { snapshot, answers: true, asked: 0, wishes: [], me: { door: 'locked', name: 'admin', role: 'admin', by: 'session' },
    lists: { '/api/v1/tokens': { tokens: [] }, '/api/v1/people': { people: [{ name: 'admin', role: 'admin' }] },
      ...energy(snapshot.time), ...plan() },
    reply: () => ({ status: 200, body: { status: 'success' } }) };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://page').pathname;
    const send = (status, body) => {
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    if (path.startsWith('/api/')) {
      if (!world.answers) return request.socket.destroy();
      if (path === '/api/v1/stream') return send(404, { error: 'The page asks each second where there is no stream.' });
      if (request.method === 'GET' && path === '/api/v1/me') return send(200, world.me);
      if (request.method === 'GET' && path in world.lists) return send(200, world.lists[path]);
      if (request.method === 'GET' && world.me.role === null) return send(401, { status: 401, detail: 'Log in.' });
      if (request.method === 'GET' && path === '/api/v1/snapshot') {
        world.asked += 1;
        return send(200, world.snapshot);
      }
      const wish = { method: request.method, path, body: JSON.parse(await bodyOf(request)) };
      world.wishes.push(wish);
      const { status, body } = world.reply(wish, world);
      return send(status, body);
    }
    try {
      const file = path === '/' ? 'index.html' : normalize(path).slice(1);
      const bytes = await readFile(join(dist, file));
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy });
      response.end(bytes);
    } catch {
      send(404, { error: 'no such file' });
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    world,
    address: `http://127.0.0.1:${server.address().port}/`,
    close: () => new Promise((done) => { server.close(done); server.closeAllConnections(); }),
  };
}
