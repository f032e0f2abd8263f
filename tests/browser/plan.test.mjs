// The views beside the overview, in a real browser: the week, the policies and the settings.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { openBrowser, openPage } from './chromium.mjs';
import { contrasts } from './contrasts.mjs';
import { startDaemon } from './daemon.mjs';

let browser, daemon, page, complaints, fetched;

before(async () => { browser = await openBrowser(); });
after(async () => { await browser?.close(); });
beforeEach(async () => {
  daemon = await startDaemon();
  fetched = [];
  ({ page, complaints } = await openPage(browser.context, daemon.address));
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.getByRole('link', { name: 'Settings' }).waitFor();
});
afterEach(async () => {
  await page?.close();
  await daemon?.close();
});

const lists = () => daemon.world.lists;
const go = (view) => page.getByRole('link', { name: view, exact: true }).click();
const button = (name) => page.getByRole('button', { name, exact: true });
const shows = (words) => page.getByText(words).first().waitFor({ timeout: 10_000 });
async function as(role, view) {
  daemon.world.me = { door: 'locked', name: 'somebody', role, by: 'session' };
  await page.goto(`${daemon.address}#${view}`);
  await page.reload();
}

describe('the way between views', () => {
  it('fetches a view when it is opened, names it, and goes back with the browser', async () => {
    assert.equal(await page.title(), 'twcmanager');
    await go('Schedule');
    await page.getByRole('table').waitFor();
    assert.ok(fetched.some((path) => /^\/assets\/Schedule-.*\.js$/.test(path)), 'it was fetched now');
    assert.equal(fetched.some((path) => path.includes('Settings-')), false);
    assert.equal(await page.title(), 'Schedule · twcmanager');
    assert.equal(await page.getByRole('link', { name: 'Schedule', exact: true }).getAttribute('aria-current'), 'page');
    await page.goBack();
    await page.getByTestId('target').waitFor();
    assert.equal(await page.title(), 'twcmanager');
    assert.deepEqual(complaints, []);
  });

  it('says what to do when a view cannot be fetched', async () => {
    await page.route('**/assets/Policies-*.js', (route) => route.abort());
    await go('Policies');
    await shows(/This part of the page cannot be fetched/);
    await button('Reload the page').waitFor();
  });
});

describe('the week', () => {
  it('has a row for each day and says of each hour which policy rules and why, with the keyboard too', async () => {
    await go('Schedule');
    const table = page.getByRole('table');
    await table.waitFor();
    assert.equal(await table.getByRole('row').count(), 1 + 8);
    assert.equal(await table.getByRole('button').count(), 168);
    assert.equal(await table.locator('button[tabindex="0"]').count(), 1);
    const stretch = async () => (await page.getByTestId('stretch').innerText()).replaceAll('\u00a0', ' ').replace(/\s+/g, ' ');
    assert.match(await stretch(), /^Now to 22:00 Track Green Energy: the sun decides\. Track Green Energy applies, and none before it\.$/);
    await table.locator('button[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    for (let hour = 10; hour < 22; hour += 1) await page.keyboard.press('ArrowRight');
    assert.match(await stretch(), /^Sat.* 21 Nov, 22:00 to Sun.* 22 Nov, 00:00 Scheduled Charging: 10 A\./);
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /21 Nov, 22:00: Scheduled Charging, 10.A\. Scheduled Charging applies/);
    await button('The stretch after').click();
    assert.match(await stretch(), /^Sun.* 22 Nov, 00:00 to 22:00 Track Green Energy/);
    assert.deepEqual(await page.getByRole('list', { name: 'Legend' }).getByRole('listitem').allInnerTexts(), ['A Track Green Energy', 'B Scheduled Charging']);
  });

  it('shows a window within an hour as the part of the hour that it is', async () => {
    const preview = lists()['/api/v1/schedule/preview'];
    const day = (clock) => `2026-11-21T${clock}:00+00:00`;
    const [window] = preview.hours.filter(({ policy }) => policy === 'Scheduled Charging');
    preview.hours.splice(1, 1, { ...preview.hours[1], until: day('11:15') }, { ...window, time: day('11:15'), until: day('11:45') }, { ...preview.hours[1], time: day('11:45') });
    await go('Schedule');
    const parts = page.getByRole('button', { name: /21 Nov, 11:/ });
    await parts.first().waitFor();
    const widths = await parts.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
    assert.equal(widths.length, 3);
    assert.ok(Math.abs(widths[1] - 2 * widths[0]) < 0.5 && Math.abs(widths[1] - 2 * widths[2]) < 0.5, `${widths}`);
    await parts.nth(1).click();
    assert.match((await page.getByTestId('stretch').innerText()).replaceAll('\u00a0', ' '), /21 Nov, 11:15 to 11:45\s+Scheduled Charging: 10 A/);
    await page.keyboard.press('ArrowDown');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /22 Nov, 11:00: Track Green Energy/);
  });

  it('windows are added, changed and removed, and a refusal is said beside the form', async () => {
    await go('Schedule');
    daemon.world.reply = ({ body }) => {
      if (body.windows.some(({ amps }) => amps > 32)) return { status: 400, body: { status: 400, detail: '"amps" is more than the circuit.' } };
      lists()['/api/v1/schedule'] = { zone: 'UTC', ...body };
      return { status: 200, body: lists()['/api/v1/schedule'] };
    };
    await button('Add a window').click();
    for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']) await page.getByRole('checkbox', { name: day }).uncheck();
    await page.getByLabel('From').fill('12:00');
    await page.getByLabel('To', { exact: true }).fill('00:00');
    await page.getByLabel('Current, in A').fill('99');
    await button('Add').click();
    await shows('"amps" is more than the circuit.');
    await page.getByLabel('Current, in A').fill('16');
    await button('Add').click();
    await button('Change Sat, Sun, 12:00 to 24:00').click();
    await page.getByLabel('From').fill('13:30');
    await button('Store').click();
    await button('Remove Mon, Tue, 22:00 to 24:00').click();
    await button('Remove Mon, Tue, 22:00 to 24:00').waitFor({ state: 'detached' });
    const weekend = { days: ['sat', 'sun'], start: '13:30', end: '24:00', amps: 16, flexible: false };
    assert.equal(daemon.world.wishes.length, 4);
    assert.deepEqual(daemon.world.wishes.at(-1), { method: 'PUT', path: '/api/v1/schedule', body: { windows: [weekend], batteryKWh: 75 } });
    assert.deepEqual(complaints, []);
  });

  it('a schedule that somebody else has changed is not overwritten', async () => {
    await go('Schedule');
    await button('Remove Mon, Tue, 22:00 to 24:00').waitFor();
    lists()['/api/v1/schedule'] = { zone: 'UTC', windows: [], batteryKWh: 75 };
    await button('Remove Mon, Tue, 22:00 to 24:00').click();
    await shows(/Somebody else has changed the schedule meanwhile/);
    assert.deepEqual(daemon.world.wishes, []);
  });

  it('who may only look sees it and can change nothing', async () => {
    await as('view', 'schedule');
    await shows('Mon, Tue');
    assert.equal(await button('Add a window').count(), 0);
    assert.equal(await page.getByRole('button', { name: /^(Change|Remove)/ }).count(), 0);
  });
});

describe('policies', () => {
  it('are told with the one that rules, and each opens to its conditions and what they come to', async () => {
    await go('Policies');
    await page.getByTestId('active').waitFor();
    assert.equal(await page.getByTestId('active').innerText(), 'Track Green Energy');
    assert.equal(await page.getByText('The power into the grid').isVisible(), false);
    await page.locator('summary', { hasText: 'Export' }).click();
    const export_ = page.locator('li', { has: page.locator('summary', { hasText: 'Export' }) });
    assert.match((await export_.innerText()).replace(/\s+/g, ' '), /^1\. Export a fixed current unknown \? unknown The power into the grid, in W, is above 2000\. Now unknown\. modules\.URL\.exportW gt 2000$/);
    await page.locator('summary', { hasText: 'Track Green Energy' }).click();
    await shows('Now 10:30 and 06:15.');
  });

  it('one is let rule for a while, and that is ended', async () => {
    daemon.world.reply = ({ method, body }) => {
      lists()['/api/v1/policy'].chosen = method === 'PUT' ? { policy: body.policy, until: '2026-11-21T14:00:00Z' } : null;
      return { status: 200, body: { status: 'success' } };
    };
    await go('Policies');
    await page.getByRole('combobox', { name: 'Let' }).selectOption('Scheduled Charging');
    await page.getByLabel('for so many hours').fill('2.5');
    await button('Let it rule').click();
    await shows(/Somebody let Scheduled Charging rule until/);
    await button('End that').click();
    await button('End that').waitFor({ state: 'detached' });
    assert.deepEqual(daemon.world.wishes, [
      { method: 'PUT', path: '/api/v1/policy/choice', body: { policy: 'Scheduled Charging', seconds: 9000 } },
      { method: 'DELETE', path: '/api/v1/policy/choice', body: {} },
    ]);
  });

  it('who may only look cannot choose', async () => {
    lists()['/api/v1/policy'].chosen = { policy: 'Export', until: '2026-11-21T14:00:00Z' };
    await as('view', 'policies');
    await shows(/Somebody let Export rule until/);
    for (const name of ['End that', 'Let it rule']) assert.equal(await button(name).count(), 0);
  });
});

describe('settings', () => {
  it('send what was changed and nothing else, and say why not', async () => {
    daemon.world.reply = ({ body }) => {
      if (body.nonScheduledAmpsMax > 32) return { status: 400, body: { status: 400, detail: 'More than the circuit; nothing was changed.' } };
      Object.assign(lists()['/api/v1/settings'].settings, body);
      return { status: 200, body: lists()['/api/v1/settings'] };
    };
    await go('Settings');
    const form = page.getByRole('form', { name: 'Outside the schedule' });
    await form.getByLabel('Then').selectOption('1');
    await form.getByLabel('That current').fill('99');
    await form.getByRole('button', { name: 'Store' }).click();
    await form.getByText('More than the circuit; nothing was changed.').waitFor();
    await form.getByLabel('That current').fill('8');
    await form.getByRole('button', { name: 'Store' }).click();
    await form.getByText('Stored. It holds now.').waitFor();
    const house = page.getByRole('form', { name: 'Where the house is' });
    await house.getByLabel('Degrees north').fill('');
    await house.getByRole('button', { name: 'Store' }).click();
    await house.getByText('Stored. It holds now.').waitFor();
    assert.deepEqual(daemon.world.wishes.slice(1).map(({ method, body }) => [method, body]),
      [['PATCH', { nonScheduledAction: 1, nonScheduledAmpsMax: 8 }], ['PATCH', { homeLat: null }]]);
  });

  it('offsets are added and removed', async () => {
    daemon.world.reply = ({ path, body }) => {
      const offsets = lists()['/api/getConsumptionOffsets'];
      if (path.endsWith('addConsumptionOffset')) offsets[body.offsetName] = { value: body.offsetValue, unit: body.offsetUnit };
      else delete offsets[body.offsetName];
      return { status: 200, body: { status: 'success' } };
    };
    await go('Settings');
    const offsets = page.getByRole('region', { name: 'What the meters do not see' });
    await offsets.getByLabel('Name').fill('Balcony');
    await offsets.getByLabel('Amount').fill('-300');
    await offsets.getByRole('button', { name: 'Store' }).click();
    await offsets.getByText('generates 300\u00a0W').waitFor();
    await button('Remove Pond').click();
    await button('Remove Pond').waitFor({ state: 'detached' });
    assert.deepEqual(daemon.world.wishes, [
      { method: 'POST', path: '/api/addConsumptionOffset', body: { offsetName: 'Balcony', offsetValue: -300, offsetUnit: 'W' } },
      { method: 'POST', path: '/api/deleteConsumptionOffset', body: { offsetName: 'Pond' } },
    ]);
  });

  it('the configuration is read when it is opened, searched, changed, and left to the file again', async () => {
    daemon.world.reply = ({ body }) => {
      const [[path, value]] = Object.entries(body);
      const key = lists()['/api/v1/configuration'].keys.find((one) => one.path === path);
      if (value > 3600) return { status: 400, body: { status: 400, detail: `"${path}" is out of its range.` } };
      Object.assign(key, value === null ? { value: null, from: 'default' } : { value: String(value), from: 'page' });
      return { status: 200, body: lists()['/api/v1/configuration'] };
    };
    await go('Settings');
    await page.getByText('Configuration', { exact: true }).waitFor();
    assert.equal(fetched.includes('/api/v1/configuration'), false);
    await page.getByText('Configuration', { exact: true }).click();
    await shows('6 keys');
    await page.getByText('Limits and habits').click();
    await shows('Only in the file.');
    const words = (await page.locator('details.section[open]').innerText()).replaceAll('\u00a0', ' ');
    for (const part of ['can be lowered here, raised only in the file; at most 16 A.', '0 to 240 A', 'From the file.', 'Chosen here.', 'Only in the file.', '240 V']) {
      assert.ok(words.includes(part), `${part} is missing in: ${words}`);
    }
    assert.equal(await page.getByLabel('defaultVoltage').count(), 0);
    await page.getByRole('button', { name: 'startStopDelay as in the file' }).click();
    await page.getByText('Stored. It holds now.').waitFor();
    await page.getByRole('searchbox').fill('password');
    await shows('set, and never shown');
    await page.getByRole('searchbox').fill('checkinterval');
    await shows('1 of 6 keys');
    await page.getByLabel('policyCheckInterval').fill('4000');
    await page.getByLabel('policyCheckInterval').press('Enter');
    await shows('"policy.engine.policyCheckInterval" is out of its range.');
    await page.getByLabel('policyCheckInterval').fill('20');
    await page.getByLabel('policyCheckInterval').press('Enter');
    await shows('Stored. It counts when the program starts the next time.');
    await shows('Stored, and counts when the program starts the next time: policy.engine.policyCheckInterval.');
    await page.getByRole('searchbox').fill('AB12');
    await page.getByLabel('mode').selectOption('minpv');
    await page.locator('.key').getByRole('button', { name: 'Store' }).click();
    await shows('Stored. It holds now.');
    assert.deepEqual(daemon.world.wishes.map(({ method, body }) => [method, body]), [
      ['PATCH', { 'config.startStopDelay': null }], ['PATCH', { 'policy.engine.policyCheckInterval': 4000 }],
      ['PATCH', { 'policy.engine.policyCheckInterval': 20 }], ['PATCH', { 'connectors.AB12.mode': 'minpv' }],
    ]);
    assert.deepEqual(complaints, []);
  });
});

describe('a new energy source', () => {
  const trial = (more) => ({ well: true, trouble: null, amounts: {}, slots: [], judgement: [], asked: [], ...more });
  const open = async (title) => {
    await go('Settings');
    await page.getByText('Add an energy source', { exact: true }).click();
    await page.getByLabel('What it is').selectOption({ label: title });
  };

  it('is tried before it counts, and told as the line to write down', async () => {
    daemon.world.reply = ({ body }) => body.options.pin === '4711'
      ? { status: 200, body: trial({ amounts: { grid: -1500 }, judgement: ['1500 W go into the grid now.'],
        asked: [{ question: 'live', address: 'GET http://192.168.1.9/live', status: 200, bytes: 14, answer: '{"grid":-1500}', trouble: null }] }) }
      : { status: 200, body: trial({ well: false, trouble: 'refuses the password or token (401); correct it in the configuration' }) };
    await go('Settings');
    await page.getByText('Add an energy source', { exact: true }).waitFor();
    assert.equal(fetched.includes('/api/v1/kinds'), false);
    await open('Box in the garden');
    await shows('Switch on the interface.');
    assert.deepEqual(await page.getByLabel('What it is').locator('optgroup').evaluateAll((all) => all.map(({ label }) => label)), ['Meters and inverters', 'Prices']);
    assert.equal(await button('Try it').isDisabled(), true, 'it lacks its host');
    await page.getByLabel('host').fill('192.168.1.9');
    await page.getByLabel('pin').fill('1');
    assert.equal(await page.getByLabel('pin').getAttribute('type'), 'password');
    await button('Try it').click();
    await shows('Refuses the password or token (401); correct it in the configuration.');
    await page.getByLabel('pin').fill('4711');
    await button('Try it').click();
    await shows('It can be used.');
    await shows('1500 W go into the grid now.');
    await page.getByText('What it answered').click();
    await shows('{"grid":-1500}');
    await page.getByLabel('port').fill('81');
    await page.getByText('It can be used.').waitFor({ state: 'detached' });
    await page.getByLabel('port').fill('');
    assert.equal(await page.getByTestId('line').count(), 0, 'it has no name');
    await page.getByLabel('Its name, as you like').fill('shed');
    await page.getByLabel('It measures').selectOption('grid');
    assert.equal(await page.getByTestId('line').innerText(), '"shed": { "type": "garden-box", "role": "grid", "options": { "host": "192.168.1.9", "pin": "4711" } }');
    assert.deepEqual(daemon.world.wishes.map(({ method, path, body }) => [method, path, body]), [
      ['POST', '/api/v1/kinds/meters/garden-box/trial', { options: { host: '192.168.1.9', pin: '1' } }],
      ['POST', '/api/v1/kinds/meters/garden-box/trial', { options: { host: '192.168.1.9', pin: '4711' } }]]);
    assert.deepEqual(complaints, []);
  });

  it('whose token a try would use up is not tried, and a refusal is said', async () => {
    await open('Tesla by its cloud');
    await shows('Not tried here: Each log-in there replaces the token.');
    assert.equal(await button('Try it').count(), 0);
    daemon.world.reply = () => ({ status: 409, body: { status: 409, detail: 'Another source is being tried; wait until it has answered.' } });
    await page.getByLabel('What it is').selectOption({ label: 'Box in the garden' });
    await page.getByLabel('host').fill('192.168.1.9');
    await page.getByLabel('pin').fill('1');
    await button('Try it').click();
    await shows('Another source is being tried; wait until it has answered.');
  });

  it('is nobody else\'s business', async () => {
    await as('operate', 'settings');
    await shows('Settings');
    assert.equal(await page.getByText('Add an energy source').count(), 0);
  });
});

describe('certificates of devices', () => {
  it('are listed with who is asked there, and forgotten when the device was replaced', async () => {
    daemon.world.reply = ({ method, path }, world) => {
      if (method !== 'DELETE') return { status: 404, body: {} };
      const before = world.lists['/api/v1/certificates'].certificates;
      world.lists['/api/v1/certificates'] = { certificates: before.filter(({ address }) => !path.endsWith(encodeURIComponent(address))) };
      return { status: 200, body: { status: 'success' } };
    };
    await go('Settings');
    await page.getByText('Certificates of devices', { exact: true }).click();
    await shows('for powerwall, roof. sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=');
    await shows('nobody is asked there any more. sha256//3w0pI8Vw1PYn1lzvS4Zk8kzRyvR2aI9n5q7Y1pX0Zuk=');
    await button('Forget the certificate of https://192.168.1.7').click();
    await page.getByText('https://192.168.1.7').waitFor({ state: 'detached' });
    assert.deepEqual(daemon.world.wishes.map(({ method, path }) => [method, path]), [['DELETE', '/api/v1/certificates/https%3A%2F%2F192.168.1.7']]);
    await button('Forget the certificate of mqtts://garage:8883').click();
    await shows('No such certificate was seen.');
    assert.deepEqual(complaints, []);
  });

  it('stay when forgetting is refused, and why is said', async () => {
    daemon.world.reply = () => ({ status: 404, body: { status: 404, detail: 'No certificate is known of this address.' } });
    await go('Settings');
    await page.getByText('Certificates of devices', { exact: true }).click();
    await button('Forget the certificate of https://192.168.1.7').click();
    await shows('No certificate is known of this address.');
    await button('Forget the certificate of https://192.168.1.7').waitFor();
  });
});

describe('on every device', () => {
  async function openAll(view) {
    await go(view);
    if (view === 'Schedule') await button('Change Mon, Tue, 22:00 to 24:00').click();
    if (view === 'Policies') for (const one of await page.locator('ol summary').all()) await one.click();
    if (view === 'Policies') await page.getByTestId('active').waitFor();
    if (view !== 'Settings') return;
    await page.getByText('Configuration', { exact: true }).click();
    await page.getByRole('searchbox').fill('what');
    await shows('6 of 6 keys');
    await page.getByText('Certificates of devices', { exact: true }).click();
    await shows('nobody is asked there any more.');
    await page.getByText('Add an energy source', { exact: true }).click();
    await page.getByLabel('What it is').selectOption({ label: 'Box in the garden' });
    await page.getByLabel('host').fill('192.168.1.9');
    await page.getByLabel('pin').fill('1');
    daemon.world.reply = () => ({ status: 200, body: { well: true, trouble: null, amounts: { grid: -1500 }, slots: [], judgement: ['1500 W go into the grid now.'],
      asked: [{ question: 'live', address: `GET http://192.168.1.9/${'live'.repeat(40)}`, status: 200, bytes: 14, answer: '{"grid":-1500}'.repeat(30), trouble: null }] } });
    await button('Try it').click();
    await page.getByText('What it answered').click();
    await page.getByLabel('Its name, as you like').fill('shed');
  }
  for (const colorScheme of ['light', 'dark']) {
    for (const view of ['Schedule', 'Policies', 'Settings']) {
      it(`${view} fits from 320 px on, can be touched, and can be read in ${colorScheme} colours`, async () => {
        await page.emulateMedia({ colorScheme });
        await openAll(view);
        for (const width of [320, 412, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          const over = await page.evaluate(() => [...document.querySelectorAll('nav *, main *')]
            .filter((one) => one.checkVisibility() && !one.closest('.unseen') && one.getBoundingClientRect().right > innerWidth + 0.5)
            .map((one) => `${one.tagName}.${one.className}`));
          assert.deepEqual(over, []);
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        }
        const found = await page.evaluate(contrasts);
        assert.ok(found.length > 20, `only ${found.length} texts were looked at`);
        assert.deepEqual(found.filter((one) => one.ratio < 4.5), []);
        // The hours of the week are smaller: the buttons beside what they say go the same way.
        const small = await page.evaluate(() => [...document.querySelectorAll('button, input, select, summary, nav a')]
          .filter((one) => one.checkVisibility() && !one.closest('td, .check') && one.getBoundingClientRect().height < 40).map((one) => one.outerHTML.slice(0, 80)));
        assert.deepEqual(small, []);
        const nameless = await page.evaluate(() => [...document.querySelectorAll('input, select, button')]
          .filter((one) => !(one.labels?.length || one.textContent.trim() || one.getAttribute('aria-label'))).map((one) => one.outerHTML.slice(0, 80)));
        assert.deepEqual(nameless, []);
        assert.deepEqual(complaints, []);
      });
    }
  }
});
