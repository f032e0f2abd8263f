// The page that the program itself serves, with the simulator behind it: what a person sees who runs the demo.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openBrowser, openPage } from './chromium.mjs';
import { exampleSnapshot } from './daemon.mjs';

const program = process.env.TWC_PROGRAM ?? '';

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function answering(address, child) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the program ended with status ${child.exitCode}`);
    try {
      if ((await fetch(address)).ok) return;
    } catch {
      // Not yet.
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nothing answers at ${address}`);
}

/** Where two values differ in their members or kinds; what one has as null is allowed to be anything in the other. */
function differences(like, value, at = '') {
  if (like === null || value === null) return [];
  if (Array.isArray(like)) {
    if (!Array.isArray(value)) return [`${at} is not a list`];
    return like.length === 0 ? [] : value.flatMap((one, index) => differences(like[0], one, `${at}[${index}]`));
  }
  if (typeof like !== typeof value) return [`${at} is a ${typeof value}, not a ${typeof like}`];
  if (typeof like !== 'object') return [];
  return Object.keys(like).flatMap((key) => (key in value ? differences(like[key], value[key], `${at}.${key}`) : [`${at}.${key} is missing`]));
}

describe('twcmanager run --demo', { skip: existsSync(program) ? false : 'the program is not built (TWC_PROGRAM names none)' }, () => {
  let browser, child, folder, address, port, said = '';

  function run() {
    const started = spawn(program, ['run', '--demo', '--port', String(port)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) stream.on('data', (bytes) => { said += bytes; });
    return started;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twcmanager-demo-'));
    port = await freePort();
    address = `http://127.0.0.1:${port}/`;
    child = run();
    await answering(`${address}api/v1/snapshot`, child).catch((error) => { throw new Error(`${error.message}\n${said}`); });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    if (child && child.exitCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('answers in the shape of the contract', async () => {
    const told = await (await fetch(`${address}api/v1/snapshot`)).json();
    assert.deepEqual(differences(await exampleSnapshot(), told), []);
    assert.equal(told.program.demo, true);
  });

  it('serves the page with a policy that lets in nothing foreign', async () => {
    const answer = await fetch(address);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(await answer.text(), await readFile(new URL('../../web/dist/index.html', import.meta.url), 'utf8'));
  });

  it('shows house and connectors that live', async () => {
    const { page, complaints } = await openPage(browser.context, address);
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 10_000 });
    await page.getByTestId('connector').first().waitFor({ timeout: 30_000 });
    assert.match(await page.getByTestId('solar').innerText(), /W$/);
    assert.notEqual(await page.getByTestId('reason').first().innerText(), '');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('shows prices, a forecast and a source in trouble, each as one of a demo, and asks no other host', async () => {
    const { page, complaints } = await openPage(browser.context, address);
    for (const name of ['Prices: demo market', 'Forecast: demo roof']) await page.getByRole('region', { name }).waitFor({ timeout: 20_000 });
    assert.match(await page.getByRole('region', { name: 'Forecast: demo roof' }).innerText(), /Forecast by demo, read (just now|.* ago)\./);
    await page.getByText(/demo: cellar: 192\.0\.2\.20 cannot be reached: .* Nothing has been read from it yet\.$/).waitFor({ timeout: 20_000 });
    await page.getByText('Energy sources', { exact: true }).click();
    const cellar = await page.getByTestId('source').filter({ hasText: 'demo: cellar' }).innerText();
    assert.match(cellar, /Shelly 3EM[\s\S]*(Troubled|Resting)[\s\S]*No reading yet/);
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('draws the form of a kind of source from its file, and asks nobody in a demo', async () => {
    const { page, complaints } = await openPage(browser.context, `${address}#settings`);
    await page.getByText('Add an energy source', { exact: true }).click();
    await page.getByLabel('What it is').selectOption({ label: 'HomeWizard P1 and kWh (API v2)' });
    await page.getByText(/Press the button of the meter/).waitFor({ timeout: 10_000 });
    await page.getByLabel('host').fill('192.0.2.20');
    await page.getByLabel('token').fill('x');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('This is a demo: it asks no device.').waitFor({ timeout: 10_000 });
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('listens to the stream instead of asking, and finds back when the program was killed and started again', async () => {
    const page = await browser.context.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    let streams = 0, heard = 0, asked = 0;
    page.on('websocket', (stream) => {
      assert.equal(stream.url(), address.replace('http', 'ws') + 'api/v1/stream');
      streams += 1;
      stream.on('framereceived', () => { heard += 1; });
    });
    page.on('request', (request) => { if (request.url().endsWith('/api/v1/snapshot')) asked += 1; });
    await page.goto(address);
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 10_000 });
    for (let tries = 0; tries < 100 && heard < 3; tries += 1) await page.waitForTimeout(100);
    assert.deepEqual([streams, heard >= 3], [1, true]);
    const before = asked;
    await page.waitForTimeout(3000);
    assert.equal(asked, before, 'who listens does not ask');

    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
    await page.getByText('Live', { exact: true }).waitFor({ state: 'hidden', timeout: 20_000 });
    child = run();
    await answering(`${address}api/v1/snapshot`, child);
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 20_000 });
    for (let tries = 0; tries < 200 && streams < 2; tries += 1) await page.waitForTimeout(100);
    heard = 0;
    for (let tries = 0; tries < 100 && heard < 3; tries += 1) await page.waitForTimeout(100);
    assert.ok(heard >= 3, 'it listens again');
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('does what its buttons say', async () => {
    const { page, complaints } = await openPage(browser.context, address);
    const all = page.getByRole('region', { name: 'How to charge' });
    await all.getByRole('radio', { name: 'Fast' }).check({ timeout: 10_000 });
    await page.getByText('Charges as fast as the circuit permits.').waitFor();
    // The page shows a choice at once, the daemon has it a moment later.
    const mode = async () => (await (await fetch(`${address}api/v1/snapshot`)).json()).mode;
    for (let tries = 0; tries < 50 && await mode() !== 'now'; tries += 1) await page.waitForTimeout(50);
    assert.equal(await mode(), 'now');
    await page.getByRole('button', { name: 'Charge now' }).click();
    await page.getByTestId('charge-now').waitFor({ timeout: 10_000 });
    await page.getByRole('button', { name: 'Cancel Charge now' }).click();
    await page.getByRole('button', { name: 'Charge now', exact: true }).waitFor({ timeout: 10_000 });
    assert.deepEqual(complaints, []);
    await page.close();
  });

  it('plans the week with windows of its schedule, and lets a policy rule', async () => {
    const { page, complaints } = await openPage(browser.context, `${address}#schedule`);
    await page.getByRole('button', { name: 'Add a window' }).click();
    await page.getByLabel('Current, in A').fill('1000');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(/"amps" must be a number above 0 and at most/).waitFor({ timeout: 10_000 });
    await page.getByLabel('Current, in A').fill('8');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Remove Every day, 22:00 to 06:00 on the next day' }).waitFor({ timeout: 10_000 });
    await page.getByRole('list', { name: 'Legend' }).getByText('Scheduled Charging').waitFor({ timeout: 10_000 });
    await page.getByRole('link', { name: 'Policies' }).click();
    await page.getByRole('combobox', { name: 'Let' }).selectOption('Scheduled Charging');
    await page.getByRole('button', { name: 'Let it rule' }).click();
    await page.getByRole('button', { name: 'End that' }).click({ timeout: 10_000 });
    await page.getByRole('button', { name: 'End that' }).waitFor({ state: 'detached', timeout: 10_000 });
    assert.deepEqual(complaints, []);
    await page.close();
  });
});

// The whole way in, with the program's own door.
describe('twcmanager run, for the first time', { skip: existsSync(program) ? false : 'the program is not built (TWC_PROGRAM names none)' }, () => {
  let browser, child, folder, address, said = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twcmanager-first-'));
    const port = await freePort();
    address = `http://127.0.0.1:${port}/`;
    const configuration = join(folder, 'config.json');
    await writeFile(configuration, JSON.stringify({
      config: { wiringMaxAmpsAllTWCs: 16, wiringMaxAmpsPerTWC: 16, minAmpsPerTWC: 6, settingsPath: folder },
      interface: { RS485: { port: join(folder, 'adapter') } }, control: { HTTP: { listenPort: port } },
    }));
    child = spawn(program, ['run', '--config', configuration], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { said += bytes; });
    await answering(`${address}api/v1/me`, child).catch((error) => { throw new Error(`${error.message}\n${said}`); });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    if (child && child.exitCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  });

  it('is set up with the code of the console, then charges, makes a token, and lets nobody in after logging out', async () => {
    const { page, complaints } = await openPage(browser.context, address);
    await page.getByLabel('Set-up code').fill(/set-up code is (\S+)/.exec(said)[1].toLowerCase());
    await page.getByLabel('Password, 8 characters or more').fill('correct horse');
    await page.getByLabel('Once more').fill('correct horse');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 10_000 });
    const [cookie] = await browser.context.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Strict']);
    assert.equal(await page.evaluate(() => document.cookie), '');
    await page.getByRole('region', { name: 'How to charge' }).getByRole('radio', { name: 'Fast' }).check();
    await page.getByText('Charges as fast as the circuit permits.').waitFor({ timeout: 10_000 });
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Configuration', { exact: true }).click();
    await page.getByRole('searchbox').fill('startStopDelay');
    await page.getByLabel('startStopDelay').fill('90');
    await page.getByRole('button', { name: 'Store', exact: true }).last().click();
    await page.getByText('Stored. It holds now.').waitFor({ timeout: 10_000 });
    await page.getByRole('button', { name: 'startStopDelay as in the file' }).click();
    await page.getByRole('button', { name: 'startStopDelay as in the file' }).waitFor({ state: 'detached' });
    await page.getByRole('searchbox').fill('wiringMaxAmpsPerTWC');
    await page.getByLabel('wiringMaxAmpsPerTWC').fill('20');
    await page.getByRole('button', { name: 'Store', exact: true }).last().click();
    await page.getByText(/guards the wiring, and the page can only lower it/).waitFor({ timeout: 10_000 });
    await page.getByText('Access', { exact: true }).click();
    await page.getByLabel('Name of the program').fill('a script');
    await page.getByRole('button', { name: 'Make a token' }).click();
    const token = await page.getByTestId('new-token').innerText();
    const shown = { headers: { Authorization: `Bearer ${token}` } };
    assert.equal((await (await fetch(`${address}api/v1/snapshot`, shown)).json()).mode, 'now');
    await page.getByRole('button', { name: 'Revoke the token a script' }).click();
    await page.getByText('No program has a token.').waitFor();
    assert.equal((await fetch(`${address}api/v1/snapshot`, shown)).status, 401);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    assert.equal(await page.evaluate(async () => (await fetch('api/v1/snapshot')).status), 401);
    await page.getByLabel('Password').fill('correct horse');
    await page.getByLabel('Password').press('Enter');
    await page.getByText('Live', { exact: true }).waitFor({ timeout: 10_000 });
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
