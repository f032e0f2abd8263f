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
  const world = { snapshot: await exampleSnapshot(), answers: true, asked: 0, wishes: [], me: { door: 'locked', name: 'admin', role: 'admin', by: 'session' },
    lists: { '/api/v1/tokens': { tokens: [] }, '/api/v1/people': { people: [{ name: 'admin', role: 'admin' }] } },
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
