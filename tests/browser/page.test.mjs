// The built page in a real browser, under the strictest policy it must live with, against a daemon of which each test
// decides what it says.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { openBrowser, openPage } from './chromium.mjs';
import { contrasts } from './contrasts.mjs';
import { exampleSnapshot, startDaemon } from './daemon.mjs';

let browser, daemon, page, complaints;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser?.close(); });
beforeEach(async () => {
  daemon = await startDaemon();
  ({ page, complaints } = await openPage(browser.context, daemon.address));
  await page.getByTestId('target').waitFor();
});
afterEach(async () => {
  await page?.close();
  await daemon?.close();
});

const text = async (id) => (await page.getByTestId(id).first().innerText()).replaceAll('\u00a0', ' ');
/** Where the mode of all is chosen. */
const all = () => page.getByRole('region', { name: 'How to charge' });
/** Waits until the page shows it; the page asks once a second. */
const shows = (words) => page.getByText(words).first().waitFor({ timeout: 10_000 });

describe('what is shown', () => {
  it('house, connectors and budget of the example snapshot', async () => {
    assert.equal(await text('solar'), '13.1 kW');
    assert.equal(await text('house'), '420 W');
    assert.equal(await text('grid'), '4.51 kW');
    assert.equal(await text('left'), '18.4 A');
    assert.equal(await text('charging-power'), '8.18 kW');
    assert.equal(await text('target'), '18.4 A');
    assert.equal(await text('held'), '18 A');
    assert.equal(await page.getByTestId('connector').count(), 3);
  });

  it('the reason of the target and of every connector', async () => {
    const snapshot = await exampleSnapshot();
    const sentence = ({ text: words }) => `${words[0].toUpperCase()}${words.slice(1)}.`;
    assert.equal(await text('target-reason'), sentence(snapshot.target.reason));
    const reasons = await page.getByTestId('reason').allInnerTexts();
    assert.deepEqual(reasons.map((one) => one.replaceAll('\u00a0', ' ')), snapshot.connectors.map((one) => one.why));
  });

  it('a connector with its state in words, its car and its energy', async () => {
    const words = (await page.getByTestId('connector').first().innerText()).replaceAll('\u00a0', ' ');
    for (const part of ['Carport', 'Charging', '20.0 kWh', '11.9 A', 'of 12 A', '8.18 kW', '5YJ3E7EB1LF000000', '1.73 kWh', '12 min']) {
      assert.ok(words.includes(part), `${part} is missing in: ${words}`);
    }
  });

  it('what a kilowatt-hour costs, also below zero and on a phone, and nothing of it without prices', async () => {
    const region = page.getByRole('region', { name: 'Prices: market' });
    daemon.world.lists['/api/v1/prices'] = { prices: [] };
    await page.reload();
    await page.getByTestId('source').first().waitFor({ state: 'attached' });
    await page.getByRole('region', { name: 'Forecast: roof' }).waitFor();
    assert.equal(await region.count(), 0);
    const hour = Math.floor(Date.parse(daemon.world.snapshot.time) / 3_600_000) * 3_600_000;
    const at = (hours) => new Date(hour + hours * 3_600_000).toISOString();
    const slots = [0.3, -0.02, 0.1].map((price, index) => ({ start: at(index), end: at(index + 1), price }));
    daemon.world.lists['/api/v1/prices'] = { prices: [{ name: 'market', kind: 'awattar', currency: 'EUR', trouble: null, slots }] };
    await page.setViewportSize({ width: 360, height: 740 });
    await page.reload();
    await region.waitFor();
    const words = (await region.innerText()).replaceAll('\u00a0', ' ');
    for (const part of ['30.0 ct per kWh now', 'Cheapest from', '\u22122.0 ct', 'Below zero for 1 h ahead.']) assert.ok(words.includes(part), `${part} is missing in: ${words}`);
    assert.equal(await region.locator('rect.now').count(), 1);
    assert.equal(await region.locator('rect.negative').count(), 1);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
    assert.deepEqual(complaints, []);
  });

  it('a forecast of today and tomorrow as one, with its source, its age and what the meters tell, and nothing of it without one', async () => {
    const region = page.getByRole('region', { name: 'Forecast: roof' });
    await region.waitFor();
    const words = (await region.innerText()).replaceAll('\u00a0', ' ');
    for (const part of ['Forecast of the sun', '9.00 kW expected now. The meters tell 13.1 kW.', 'Today still about', 'Tomorrow about 79.9 kWh.', 'Forecast by open-meteo, read 12 min ago.', 'no charging is planned by it'])
      assert.ok(words.includes(part), `${part} is missing in: ${words}`);
    const drawing = region.getByRole('img');
    assert.match(await drawing.getAttribute('aria-label'), /^Forecast from .* to .*\. 9\.00\s+kW expected now/);
    assert.equal(await drawing.locator('rect').count(), 48);
    assert.equal(await drawing.locator('rect.now').count(), 1);
    daemon.world.lists['/api/v1/forecasts'] = { forecasts: [] };
    await page.reload();
    await page.getByRole('region', { name: 'Prices: market' }).waitFor();
    assert.equal(await region.count(), 0);
  });

  it('prices and forecast over the same days, and of what is not known yet that it is not', async () => {
    const prices = daemon.world.lists['/api/v1/prices'].prices[0];
    prices.slots = prices.slots.slice(0, 24);
    await page.reload();
    const region = page.getByRole('region', { name: 'Prices: market' });
    await region.waitFor();
    assert.match(await region.innerText(), /Tomorrow, not known yet/);
    assert.doesNotMatch(await page.getByRole('region', { name: 'Forecast: roof' }).innerText(), /not known yet/);
  });

  it('a source in trouble beside the numbers of the house, unfolded or not: since when, why, and what to do', async () => {
    const house = page.getByRole('region', { name: 'House' });
    const troubles = house.getByRole('list', { name: 'Energy sources in trouble' });
    await troubles.waitFor();
    assert.equal(await troubles.getByRole('listitem').count(), 1);
    assert.match(await troubles.innerText(), /Garage: refuses the password or token \(401\); correct it in the configuration\. Nothing has been read from it since \d\d:\d\d\./);
    const list = house.getByRole('list', { name: 'Energy sources', exact: true });
    assert.equal(await list.isVisible(), false);
    await house.getByText('Energy sources', { exact: true }).click();
    const [well, resting] = (await list.getByTestId('source').allInnerTexts()).map((one) => one.replaceAll('\u00a0', ' '));
    for (const part of ['URL', 'Well', 'Consumption 420 W, solar 13.1 kW', 'Read 2 s ago', 'asked next at', '1416 requests today', '2 of 710 failed', 'seen to count the connectors', 'about 8 s late'])
      assert.ok(well.includes(part), `${part} is missing in: ${well}`);
    for (const part of ['Garage', 'SolarEdge cloud', 'Resting', 'Last: solar 2.50 kW', 'What it needs: Make an API key in the portal.', '12 of 300 requests today', 'Read 1 h 6 min ago, too old to count'])
      assert.ok(resting.includes(part), `${part} is missing in: ${resting}`);
    assert.deepEqual(complaints, []);
  });

  it('a trouble that ends, as soon as the stream says that a reading counts', async () => {
    const troubles = page.getByRole('list', { name: 'Energy sources in trouble' });
    await troubles.waitFor();
    Object.assign(daemon.world.lists['/api/v1/meters'].sources[1], { state: 'well', trouble: null });
    Object.assign(daemon.world.snapshot.meters[1], { fresh: true, age: 1 });
    await troubles.waitFor({ state: 'detached', timeout: 5_000 });
  });

  it('what the snapshot knows of the sources where the daemon says no more of them', async () => {
    daemon.world.lists['/api/v1/meters'] = { error: 'Another version.' };
    await page.reload();
    await page.getByText('Energy sources', { exact: true }).click();
    const words = (await page.getByTestId('source').allInnerTexts()).join(' ').replaceAll('\u00a0', ' ');
    assert.match(words, /URL.*Well.*Read 2 s ago.*Garage.*Troubled.*No reading yet · 12 of 12 failed/s);
  });

  it('a change of the world within two questions', async () => {
    daemon.world.snapshot.site.generation = 2500;
    await shows('2.50\u00a0kW');
  });

  it('what is unknown as unknown, never as zero', async () => {
    Object.assign(daemon.world.snapshot.site, { generation: null, consumption: null, house: null, sun: null });
    await shows('the sun is unknown, so it counts for nothing');
    for (const id of ['solar', 'house', 'grid', 'left']) assert.equal(await text(id), 'unknown');
  });

  it('a connector that is not heard, with what stays reserved for it', async () => {
    const last = await page.getByTestId('connector').nth(2).innerText();
    assert.match(last, /late/i);
    assert.match(last, /Last heard 4\s+s ago; 0\s+A stay reserved/);
    assert.match(last, /limit unknown/);
  });

  it('warnings with their words at the top, and history folded away', async () => {
    const attention = page.getByRole('region', { name: 'Needs attention' });
    assert.equal(await attention.getByRole('listitem').count(), 2);
    const [, silent, opened] = (await exampleSnapshot()).announcements;
    assert.ok((await attention.innerText()).replaceAll('\u00a0', ' ').includes(silent.text));
    assert.equal(await page.getByText(opened.text).isVisible(), false);
    await page.getByText('What happened').click();
    assert.equal(await page.getByText(opened.text).isVisible(), true);
  });

  it('what to do when no connector is there', async () => {
    daemon.world.snapshot.connectors = [];
    await shows(/No connector has announced itself yet/);
  });

  it('words that come from outside as words, not as markup', async () => {
    daemon.world.snapshot.connectors[0].vin = '<b id="evil">x</b>';
    await shows('<b id="evil">x</b>');
    assert.equal(await page.locator('#evil').count(), 0);
  });
});

describe('what is wished', () => {
  it('a mode is sent, and shown once the daemon has it', async () => {
    daemon.world.reply = ({ body }, world) => {
      world.snapshot.mode = body.mode;
      return { status: 200, body: { status: 'success', mode: body.mode } };
    };
    await all().getByRole('radio', { name: 'Fast' }).check();
    await shows('Charges as fast as the circuit permits.');
    assert.deepEqual(daemon.world.wishes, [{ method: 'PUT', path: '/api/v1/mode', body: { mode: 'now' } }]);
    assert.equal(await all().getByRole('radio', { name: 'Fast' }).isChecked(), true);
  });

  it('a mode that is refused is said and not shown as chosen', async () => {
    daemon.world.reply = () => ({ status: 400, body: { error: 'Not while a firmware update runs.' } });
    await all().getByText('Off', { exact: true }).click();
    await shows('Not while a firmware update runs.');
    assert.equal(await all().getByRole('radio', { name: 'Solar', exact: true }).isChecked(), true);
  });

  it('a mode and a target of one connector are sent for that one, and circuits say what limits them', async () => {
    daemon.world.reply = ({ path, body }, world) => {
      const connector = world.snapshot.connectors[1];
      if (path.endsWith('/mode')) connector.mode = { code: body.mode, own: true };
      else connector.target = body.kwh;
      return { status: 200, body: { status: 'success' } };
    };
    const card = page.getByTestId('connector').nth(1);
    await card.getByRole('group', { name: 'Mode of Connector B01D' }).getByRole('radio', { name: 'Fast' }).check();
    await card.getByText('Its own mode.').waitFor();
    await card.getByText('More about this connector').click();
    await card.getByLabel('Enough for this visit, in kWh').fill('7.5');
    await card.getByRole('button', { name: 'Set' }).click();
    await card.getByTestId('target-energy').waitFor();
    await card.getByRole('button', { name: 'As configured' }).click();
    await card.getByTestId('target-energy').waitFor({ state: 'detached' });
    assert.deepEqual(daemon.world.wishes, [
      { method: 'PUT', path: '/api/v1/connectors/B01D/mode', body: { mode: 'now' } },
      { method: 'PUT', path: '/api/v1/connectors/B01D/target', body: { kwh: 7.5 } },
      { method: 'PUT', path: '/api/v1/connectors/B01D/target', body: { kwh: null } },
    ]);
    assert.equal(await all().getByRole('radio', { name: 'Solar', exact: true }).isChecked(), true);
    const circuits = (await page.getByTestId('circuit').allInnerTexts()).map((one) => one.replaceAll('\u00a0', ' ').replace(/\s+/g, ' '));
    assert.match(circuits[0], /^main fuse 25 A per phase Current L1 L2 L3 Beside the connectors 3.1 A 0.4 A 6.3 A .* Left 3.9 A 6.6 A 0.8 A$/i);
    assert.match(circuits[1], /^garage 20 A per phase and 11.0 kW Limited from outside: dimmed by the grid operator. /);
  });

  it('modes can be chosen with the keyboard alone', async () => {
    daemon.world.reply = ({ body }, world) => {
      world.snapshot.mode = body.mode;
      return { status: 200, body: {} };
    };
    await all().getByRole('radio', { name: 'Solar', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await shows(/Always charges with the minimum/);
    assert.equal(daemon.world.wishes[0].body.mode, 'minpv');
  });

  it('charge now with current and duration, then cancelled', async () => {
    daemon.world.reply = ({ path, body }, world) => {
      const lasting = body.chargeNowDuration;
      world.snapshot.charge_now = path === '/api/chargeNow'
        ? { rate: body.chargeNowRate, until: new Date(Date.parse(world.snapshot.time) + lasting * 1000).toISOString(), remaining: lasting } : null;
      return { status: 200, body: { status: 'success' } };
    };
    await page.getByRole('slider', { name: /Current/ }).fill('20');
    await page.getByLabel('For', { exact: true }).selectOption('7200');
    await page.getByRole('button', { name: 'Charge now' }).click();
    await page.getByTestId('charge-now').waitFor();
    assert.match(await text('charge-now'), /Charge now: 20 A until .*, 2 h left\./);
    await page.getByRole('button', { name: 'Cancel Charge now' }).click();
    await page.getByRole('slider', { name: /Current/ }).waitFor();
    assert.deepEqual(daemon.world.wishes, [
      { method: 'POST', path: '/api/chargeNow', body: { chargeNowRate: 20, chargeNowDuration: 7200 } },
      { method: 'POST', path: '/api/cancelChargeNow', body: {} },
    ]);
  });
});

describe('the door', () => {
  const stranger = { door: 'locked', name: null, role: null, by: null };
  const admin = { door: 'locked', name: 'admin', role: 'admin', by: 'session' };

  it('a first start asks for the code and a password twice, and then shows the house', async () => {
    daemon.world.me = { ...stranger, door: 'set_up' };
    daemon.world.reply = (_, world) => {
      world.me = admin;
      return { status: 200, body: { status: 'success' } };
    };
    await page.reload();
    await page.getByLabel('Set-up code').fill('ABCD-EFGH');
    await page.getByLabel('Password, 8 characters or more').fill('correct horse');
    await page.getByLabel('Once more').fill('correct house');
    await page.getByRole('button', { name: 'Set password' }).click();
    await shows('The two passwords are not the same.');
    assert.deepEqual(daemon.world.wishes, []);
    await page.getByLabel('Once more').fill('correct horse');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByTestId('target').waitFor();
    assert.deepEqual(daemon.world.wishes, [{ method: 'POST', path: '/api/v1/setup', body: { code: 'ABCD-EFGH', password: 'correct horse' } }]);
    assert.deepEqual(complaints, []);
  });

  it('who is not known logs in, and is told what went wrong', async () => {
    daemon.world.me = stranger;
    daemon.world.reply = ({ body }, world) => {
      if (body.password !== 'correct horse') return { status: 401, body: { status: 401, detail: 'Name or password is wrong.' } };
      world.me = admin;
      return { status: 200, body: { status: 'success' } };
    };
    await page.getByRole('heading', { name: 'Log in' }).waitFor({ timeout: 10_000 });
    await page.getByLabel('Password').fill('wrong');
    await page.getByLabel('Password').press('Enter');
    await shows('Name or password is wrong.');
    await page.getByLabel('Password').fill('correct horse');
    await page.getByLabel('Password').press('Enter');
    await page.getByTestId('target').waitFor();
    assert.deepEqual(complaints, []);
  });

  it('logging out shows nothing of the house any more', async () => {
    daemon.world.reply = (_, world) => {
      world.me = stranger;
      return { status: 200, body: { status: 'success' } };
    };
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    assert.equal(await page.getByTestId('connector').count(), 0);
  });

  it('a token is made, shown once, and revoked', async () => {
    const tokens = daemon.world.lists['/api/v1/tokens'].tokens;
    daemon.world.reply = ({ method, body }) => {
      if (method === 'DELETE') tokens.pop();
      else tokens.push({ id: 'abc', name: body.name, scope: body.scope, created: new Date().toISOString(), used: null });
      return { status: 200, body: { ...tokens[0], token: 'twc_secret' } };
    };
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Access', { exact: true }).click();
    await page.getByLabel('Name of the program').fill('openWB');
    await page.getByRole('button', { name: 'Make a token' }).click();
    await page.getByTestId('new-token').waitFor();
    assert.equal(await text('new-token'), 'twc_secret');
    await page.getByRole('button', { name: 'Revoke the token openWB' }).click();
    await shows('No program has a token.');
    assert.deepEqual(daemon.world.wishes, [
      { method: 'POST', path: '/api/v1/tokens', body: { name: 'openWB', scope: 'operate' } },
      { method: 'DELETE', path: '/api/v1/tokens/abc', body: {} },
    ]);
    assert.deepEqual(complaints, []);
  });

  it('who may only look is shown nothing to choose with, and who may charge not who has access', async () => {
    daemon.world.me = { ...admin, role: 'view' };
    await page.reload();
    await page.getByTestId('target').waitFor();
    await page.getByRole('link', { name: 'Policies' }).waitFor();
    for (const role of ['radio', 'slider', 'spinbutton']) assert.equal(await page.getByRole(role).count(), 0);
    assert.match(await all().innerText(), /Solar/);
    assert.equal(await page.getByRole('link', { name: 'Settings' }).count(), 0);
    daemon.world.me = { ...admin, role: 'operate' };
    await page.reload();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    for (const words of ['Access', 'Configuration']) assert.equal(await page.getByText(words, { exact: true }).count(), 0);
  });

  for (const colorScheme of ['light', 'dark']) {
    it(`its views fit a phone and can be read in ${colorScheme} colours`, async () => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.emulateMedia({ colorScheme });
      const fits = async () => {
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        assert.deepEqual((await page.evaluate(contrasts)).filter((one) => one.ratio < 4.5), []);
        for (const one of await page.getByRole('textbox').all()) {
          if ((await one.getAttribute('tabindex')) !== '-1') assert.ok((await one.boundingBox()).height >= 40);
        }
      };
      daemon.world.lists['/api/v1/tokens'].tokens.push({ id: 'a', name: 'a long name '.repeat(4).trim(), scope: 'view', created: '1970-01-01T00:00:00Z', used: '1970-01-01T00:00:00Z' });
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByText('Access', { exact: true }).click();
      await page.getByRole('button', { name: /^Revoke/ }).waitFor();
      await fits();
      for (const door of ['set_up', 'locked']) {
        daemon.world.me = { ...stranger, door };
        await page.reload();
        await page.getByRole('textbox').first().waitFor();
        await fits();
      }
    });
  }
});

describe('when the daemon is gone', () => {
  it('says so, keeps what it knew and finds back by itself', async () => {
    daemon.world.answers = false;
    await shows(/Connection lost, last seen \d\d:\d\d:\d\d/);
    assert.equal(await text('solar'), '13.1 kW');
    daemon.world.answers = true;
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 });
  });

  it('says so as well when it never answered', async () => {
    daemon.world.answers = false;
    await page.reload();
    await shows('The controller does not answer.');
    assert.equal(await page.getByTestId('connector').count(), 0);
  });
});

describe('on every device', () => {
  for (const [width, height] of [[320, 640], [390, 844], [768, 1024], [1280, 800]]) {
    it(`nothing runs over the edge at ${width} px`, async () => {
      await page.setViewportSize({ width, height });
      await page.getByText('More about this connector').first().click();
      await page.getByText('Energy sources', { exact: true }).click();
      await page.getByRole('region', { name: 'Forecast: roof' }).waitFor();
      const over = await page.evaluate(() => [...document.querySelectorAll('main *')]
        .filter((one) => one.checkVisibility() && !one.closest('.unseen') && one.getBoundingClientRect().right > innerWidth + 0.5)
        .map((one) => `${one.tagName}.${one.className}`));
      assert.deepEqual(over, []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    });
  }

  for (const colorScheme of ['light', 'dark']) {
    it(`every text has a contrast of 4.5 or more in ${colorScheme} colours`, async () => {
      await page.emulateMedia({ colorScheme });
      const snapshot = daemon.world.snapshot;
      await page.getByText('Energy sources', { exact: true }).click();
      snapshot.announcements.unshift({ code: 'excess_found', severity: 'alarm', text: 'Too much.', time: snapshot.time, connector: null });
      snapshot.held = 40;
      await shows('Too much.');
      const found = await page.evaluate(contrasts);
      assert.ok(found.length > 60, `only ${found.length} texts were looked at`);
      assert.deepEqual(found.filter((one) => one.ratio < 4.5), []);
    });
  }

  it('what is touched is large enough for a finger', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const role of ['button', 'combobox']) {
      for (const one of await page.getByRole(role).all()) assert.ok((await one.boundingBox()).height >= 40);
    }
    for (const one of await page.getByRole('radio').all()) assert.ok((await one.boundingBox()).height >= 40);
  });

  it('has landmarks, a title, a language and a name for every control', async () => {
    assert.equal(await page.getByRole('main').count(), 1);
    assert.equal(await page.getByRole('banner').count(), 1);
    assert.equal(await page.getByRole('contentinfo').count(), 1);
    assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1);
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    const nameless = await page.evaluate(() => [...document.querySelectorAll('input, select, button')]
      .filter((one) => !(one.labels?.length || one.textContent.trim() || one.getAttribute('aria-label'))).length);
    assert.equal(nameless, 0);
  });

  it('nothing moves for those who asked for that', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const moving = await page.evaluate(() => document.getAnimations().length +
      [...document.querySelectorAll('*')].filter((one) => getComputedStyle(one).transitionDuration !== '0s').length);
    assert.equal(moving, 0);
  });

  it('keeps the security policy, throws no error and asks no other host', async () => {
    daemon.world.snapshot = { ...(await exampleSnapshot()), held: 40 };
    await shows(/more than the circuit allows/);
    assert.deepEqual(complaints, []);
  });

  it('rests while nobody looks', async () => {
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForTimeout(300);
    const before = daemon.world.asked;
    await page.waitForTimeout(2500);
    assert.equal(daemon.world.asked, before);
  });
});
