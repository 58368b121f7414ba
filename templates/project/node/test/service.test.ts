import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { connectRedis } from '../src/redis-manager.js';
import type { RedisManager } from '../src/redis-manager.js';
import { Service, web } from '../src/service.js';

let manager: RedisManager;
before(async () => {
  manager = await connectRedis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379/0');
});
after(() => manager.close());

/** A service whose keys no other test shares. */
const fresh = (): Service => new Service(manager, `test:${randomUUID()}:`);

test('a square is computed once', async () => {
  const service = fresh();
  let computed = 0;
  const compute = (n: number): number => (computed++, n * n);
  assert.deepEqual([await service.square(7, compute), await service.square(7, compute)], [49, 49]);
  assert.equal(computed, 1);
});

test('news reach a listener at once', async () => {
  const service = fresh();
  const news = await service.listen();
  assert.equal(await service.tell('hello'), 1);
  for (let tries = 0; service.news.length === 0 && tries < 1000; tries++) await sleep(10);
  assert.deepEqual(service.news, ['hello']);
  news.close();
});

test('the health endpoint says ready', async () => {
  const server = web(fresh()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const reply = await fetch(`http://127.0.0.1:${port}/healthz`);
  assert.equal(reply.status, 200);
  server.close();
  server.closeAllConnections();
});
