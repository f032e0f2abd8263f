// The page that the program itself serves, with the simulator behind it: what a person sees who runs the demo.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
  let browser, child, folder, address, said = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'twcmanager-demo-'));
    const port = await freePort();
    address = `http://127.0.0.1:${port}/`;
    child = spawn(program, ['run', '--demo', '--port', String(port)], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { said += bytes; });
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
    assert.match(policy, /script-src 'self'|default-src 'self'/);
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

  it('does what its buttons say', async () => {
    const { page, complaints } = await openPage(browser.context, address);
    const all = page.getByRole('region', { name: 'How to charge' });
    await all.getByRole('radio', { name: 'Fast' }).check({ timeout: 10_000 });
    await page.getByText('Charges as fast as the circuit permits.').waitFor();
    assert.equal((await (await fetch(`${address}api/v1/snapshot`)).json()).mode, 'now');
    await page.getByRole('button', { name: 'Charge now' }).click();
    await page.getByTestId('charge-now').waitFor({ timeout: 10_000 });
    await page.getByRole('button', { name: 'Cancel Charge now' }).click();
    await page.getByRole('button', { name: 'Charge now', exact: true }).waitFor({ timeout: 10_000 });
    assert.deepEqual(complaints, []);
    await page.close();
  });
});
