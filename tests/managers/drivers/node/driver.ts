/** Drives the Node manager for the fault suite: requests on standard input, answers on output. */
import { readdirSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClient } from 'redis';
import type { RedisClusterType } from 'redis';

import { connectRedis } from '../src/redis-manager.js';
import type { RedisManager } from '../src/redis-manager.js';
import { ConnectError, DEFAULT_POLICY, classify, worstConnect } from '../src/redis-policy.js';
import type { Policy } from '../src/redis-policy.js';

type Fields = Record<string, unknown>;
interface Request {
  id: number; do: string; url: string; options: Record<string, number>; channel: string; command: string[];
  rate: number; seconds: number; milliseconds: number; count: number; times: number; delay: number;
}

// monotonic times as the suite gives them: hrtime and Python's monotonic read the same clock
const offset = Number(process.hrtime.bigint()) / 1e9 - performance.now() / 1000;
const at = (moment: number): number => offset + moment / 1000;
const say = (record: Fields): void => void process.stdout.write(`${JSON.stringify(record)}\n`);
const log = (record: Fields): void => say({ event: 'log', at: at(performance.now()), line: JSON.stringify(record) });

const COUNTS = new Set(['attempts', 'jitter', 'poolSize']);
function policy(options: Record<string, number> = {}): Partial<Policy> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, COUNTS.has(name) ? value : value * 1000]),
  );
}

function failed(error: unknown): Fields {
  if (error instanceof ConnectError) {
    return { ok: false, class: error.failure, attempts: error.attempts, error: error.message };
  }
  return { ok: false, class: classify(error), error: String(error) };
}

class Driver {
  manager!: RedisManager;
  cluster = false;
  abort = new AbortController();
  received: Array<[number, number]> = [];
  gaps: Array<[number, number]> = [];
  delay = 0;
  metrics = 0;
  busy: Promise<void> = Promise.resolve();

  async connect({ url, options }: Request): Promise<Fields> {
    this.abort = new AbortController();
    this.cluster = url.startsWith('redis+cluster:');
    const begin = performance.now();
    const seconds = (): Fields => ({ seconds: (performance.now() - begin) / 1000 });
    try {
      this.manager = await connectRedis(url, {
        policy: policy(options),
        signal: this.abort.signal,
        log,
        onStatus: (status) => say({ event: 'status', at: at(performance.now()), state: status.state }),
        onCommand: () => this.metrics++,
      });
      return seconds();
    } catch (error) {
      return { ...failed(error), ...seconds() };
    }
  }

  cancel(): Fields {
    this.abort.abort();
    return {};
  }

  status(): Fields {
    const { state, since, lastError } = this.manager.status;
    return { state, since: at(since), lastError, counters: this.manager.counters, metrics: this.metrics };
  }

  async call({ command }: Request): Promise<Fields> {
    if (!this.cluster) return { value: await this.manager.client.sendCommand(command) };
    // a cluster's client is told the key, by which it chooses the node
    const client = this.manager.client as unknown as Pick<RedisClusterType, 'sendCommand'>;
    return { value: await client.sendCommand(command[1], undefined, command) };
  }

  async pooled({ command }: Request): Promise<Fields> {
    return { value: await this.manager.exclusive((client) => client.sendCommand(command)) };
  }

  block({ count, seconds }: Request): Fields {
    for (let number = 0; number < count; number++) {
      void this.manager.exclusive((client) => client.blPop(`nothing-${number}`, seconds)).catch(() => undefined);
    }
    return {};
  }

  async subscribe({ channel }: Request): Promise<Fields> {
    await this.manager.subscribe(channel, (text) => this.hear(text), (gap) => {
      this.gaps.push([at(gap.start), at(gap.end)]);
      say({ event: 'gap', at: at(performance.now()), start: at(gap.start), end: at(gap.end) });
    });
    return {};
  }

  hear(text: string): void {
    const end = performance.now() + this.delay;
    while (performance.now() < end); // a consumer that is slow holds its process
    this.received.push([Number(text), at(performance.now())]);
  }

  slow({ milliseconds }: Request): Fields {
    this.delay = milliseconds;
    return {};
  }

  async publish({ channel, rate, seconds }: Request): Promise<Fields> {
    const begin = performance.now();
    const sent: Array<[number, number]> = [];
    const lost: number[] = [];
    for (let number = 1; ; number++) {
      const due = begin + (number / rate) * 1000;
      if (due - begin > seconds * 1000) return { sent, failed: lost };
      if (due > performance.now()) await sleep(due - performance.now());
      try {
        await this.manager.client.publish(channel, String(number));
        sent.push([number, at(performance.now())]);
      } catch {
        lost.push(number);
      }
    }
  }

  results(): Fields {
    return { received: this.received, gaps: this.gaps };
  }

  async cycle(request: Request): Promise<Fields> {
    await once(request);
    await sleep(200);
    const before = usage();
    for (let n = 0; n < request.times; n++) await once(request);
    return { before, after: await settled(before) };
  }

  async starts(request: Request): Promise<Fields> {
    const failures: string[] = [];
    for (let n = 0; n < request.times; n++) {
      await sleep(Math.random() * request.delay * 1000);
      await once(request).catch((error: unknown) => failures.push(String(error)));
    }
    return { failures };
  }

  /** Seconds of some operations: through the manager and two bare clients, in turn. */
  async pairs({ url, count, times }: Request): Promise<Fields> {
    const bare = await Promise.all([createClient({ url }).connect(), createClient({ url }).connect()]);
    const clients = { manager: this.manager.client, bare: bare[0], control: bare[1] };
    const rounds: Array<Record<string, number>> = [];
    for (let round = 0; round < count; round++) {
      const took: Record<string, number> = {};
      const names = (Object.keys(clients) as Array<keyof typeof clients>).sort(() => Math.random() - 0.5);
      for (const name of names) {
        const begin = performance.now();
        for (let n = 0; n < times; n++) await clients[name].set('rate', 'x');
        took[name] = (performance.now() - begin) / 1000;
      }
      rounds.push(took);
    }
    bare.forEach((client) => client.destroy());
    return { rounds };
  }

  async close(): Promise<Fields> {
    const begin = performance.now();
    await this.manager.close();
    return { seconds: (performance.now() - begin) / 1000 };
  }
}

async function once({ url, options }: Request): Promise<void> {
  const manager = await connectRedis(url, { policy: policy(options), log });
  try {
    await manager.client.set('cycle', '1');
  } finally {
    await manager.close();
  }
}

function usage(): { sockets: number; tasks: number } {
  const sockets = readdirSync('/proc/self/fd').filter((entry) => {
    try {
      return readlinkSync(`/proc/self/fd/${entry}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
  return { sockets, tasks: process.getActiveResourcesInfo().length };
}

async function settled(before: { sockets: number; tasks: number }): Promise<{ sockets: number; tasks: number }> {
  const end = performance.now() + 20_000;
  for (;;) {
    const now = usage();
    if ((now.sockets <= before.sockets && now.tasks <= before.tasks) || performance.now() > end) return now;
    await sleep(50);
  }
}

const driver = new Driver();
say({ event: 'up', worst: worstConnect(DEFAULT_POLICY) / 1000 });
createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as Request;
  const method = (driver as unknown as Record<string, (request: Request) => Fields | Promise<Fields>>)[request.do];
  void Promise.resolve()
    .then(() => method!.call(driver, request))
    .catch(failed)
    .then((result) => say({ id: request.id, ok: true, ...result }));
});
