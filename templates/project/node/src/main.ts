/** Run the service: REDIS_URL says where Redis is, PORT where to listen. */
import { once } from 'node:events';

import { connectRedis } from './redis-manager.js';
import { Service, web } from './service.js';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

const manager = await connectRedis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379/0', { signal: stop.signal });
const service = new Service(manager);
const server = web(service).listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1');
await service.listen();
if (!stop.signal.aborted) await once(stop.signal, 'abort');
server.close();
await manager.close();
