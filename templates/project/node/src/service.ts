/** What this service does with Redis: a cache, and news that every instance hears. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';

import type { Gap, RedisManager, Subscription } from './redis-manager.js';

/** Squares, computed once and kept for a minute, and the news of one channel. */
export class Service {
  readonly news: string[] = [];
  readonly missed: Gap[] = [];

  /** `prefix` keeps the keys and channels of one instance or one test apart from others'. */
  constructor(private readonly manager: RedisManager, private readonly prefix = '__NAME__:') {}

  healthy(): boolean {
    return this.manager.status.state === 'ready';
  }

  async square(number: number, compute = (n: number): number => n * n): Promise<number> {
    const key = `${this.prefix}square:${number}`;
    const kept = await this.manager.client.get(key);
    if (kept !== null) return Number(kept);
    const value = compute(number);
    await this.manager.client.set(key, value, { EX: 60 });
    return value;
  }

  /** Hear the news from now on; the server has acknowledged when this resolves. */
  listen(): Promise<Subscription> {
    return this.manager.subscribe(`${this.prefix}news`, (text) => this.news.push(text), (gap) => this.missed.push(gap));
  }

  /** Publish news; how many heard it. */
  tell(text: string): Promise<number> {
    return this.manager.client.publish(`${this.prefix}news`, text);
  }
}

/** `/healthz` says how Redis is, `/square/N` uses the cache. */
export function web(service: Service): Server {
  return createServer((request, response) => {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    const number = /^\/square\/(\d+)$/.exec(request.url ?? '')?.[1];
    if (request.url === '/healthz') {
      reply(service.healthy() ? 200 : 503, { redis: service.healthy() ? 'ready' : 'not ready' });
    } else if (number === undefined) {
      reply(404, { error: 'not found' });
    } else {
      service.square(Number(number)).then(
        (square) => reply(200, { square }),
        () => reply(503, { error: 'Redis does not answer' }),
      );
    }
  });
}
