/**
 * The Redis manager: connects with patience, says how it is, comes back by itself.
 *
 *     const manager = await connectRedis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379/0');
 *     await manager.client.set('greeting', 'hello');
 *     const news = await manager.subscribe('news', console.log);
 *     await manager.close();
 */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClient, createClientPool } from 'redis';

import {
  CommandTimeoutError, ConnectError, DEFAULT_POLICY, NotReadyError, classify, delays, isLost, isPermanent,
  reconnectDelay, shortened, words, worstConnect,
} from './redis-policy.js';
import type { FailureClass, Policy } from './redis-policy.js';

export type State = 'connecting' | 'ready' | 'degraded' | 'reconnecting' | 'closed';
export interface Status { state: State; since: number; lastError: string; lastClass: FailureClass | undefined }
export interface Counters {
  connects: number; reconnects: number; commands: number; errors: number; messages: number; gaps: number;
}
/** Messages between these two times (performance.now) may be lost: last sign of life, new acknowledgement. */
export interface Gap { channel: string; start: number; end: number }
export type Log = (record: Record<string, unknown>) => void;
export interface Options {
  policy?: Partial<Policy>;
  signal?: AbortSignal;
  log?: Log;
  onStatus?: (status: Status) => void;
  /** Each command's name, its time in milliseconds, and the class of its error. */
  onCommand?: (command: string, took: number, failure: FailureClass | undefined) => void;
}

type Client = ReturnType<typeof plainClient>;
type Pool = ReturnType<typeof blockingPool>;
type Exclusive = Parameters<Parameters<Pool['execute']>[0]>[0];
type Send = (args: ReadonlyArray<string | Buffer>, options?: unknown) => Promise<unknown>;
interface Flight { due: number; reject: (error: Error) => void }

const SWEEP = 100;

/** A manager whose Redis has answered; rejects with ConnectError when that is not to be had. */
export async function connectRedis(url: string, options: Options = {}): Promise<RedisManager> {
  const manager = new RedisManager(url, options);
  try {
    await manager.connect(options.signal);
  } catch (error) {
    await manager.close();
    throw error;
  }
  return manager;
}

function plainClient(url: string, policy: Policy, strategy: (tries: number, cause: Error) => number | Error) {
  return createClient({
    url,
    socket: { connectTimeout: policy.attemptTimeout, reconnectStrategy: strategy },
    // a command that finds no connection waits here, in the manager, and is never sent twice
    disableOfflineQueue: true,
    // its own limit ends when a command is written, and costs a timer each: the manager bounds the reply
    commandOptions: { timeout: 0 },
  });
}

function blockingPool(url: string, policy: Policy) {
  return createClientPool(
    { url, socket: { connectTimeout: policy.attemptTimeout } },
    { minimum: 1, maximum: policy.poolSize, acquireTimeout: policy.poolTimeout, cleanupDelay: 3_000 },
  );
}

/** One Redis, its connection, its health and its subscriptions. */
export class RedisManager {
  readonly policy: Policy;
  readonly counters: Counters = { connects: 0, reconnects: 0, commands: 0, errors: 0, messages: 0, gaps: 0 };
  readonly #url: string;
  readonly #password: string;
  readonly #log: Log;
  readonly #onCommand: Options['onCommand'];
  readonly #events = new EventEmitter();
  readonly #flights = new Set<Flight>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #ended = new AbortController();
  #status: Status = { state: 'connecting', since: performance.now(), lastError: '', lastClass: undefined };
  #client: Client | undefined;
  #pool: Promise<Pool> | undefined;
  #send: Send | undefined;
  #watching: Promise<void> = Promise.resolve();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(url: string, options: Options = {}) {
    this.policy = { ...DEFAULT_POLICY, ...options.policy };
    this.#url = url;
    this.#password = decodeURIComponent(new URL(url).password);
    this.#log = options.log ?? ((record) => console.log(JSON.stringify(record)));
    this.#onCommand = options.onCommand;
    this.#events.setMaxListeners(0);
    if (options.onStatus) this.#events.on('status', options.onStatus);
  }

  /** The client of node-redis: every command is observed by this manager, and waits for a connection. */
  get client(): Client {
    if (!this.#client) throw new NotReadyError('redis: await connectRedis before using the client');
    return this.#client;
  }

  get status(): Status {
    return this.#status;
  }

  onStatus(listener: (status: Status) => void): void {
    this.#events.on('status', listener);
  }

  /** Try until Redis answers; see connectRedis. */
  async connect(signal?: AbortSignal): Promise<void> {
    const end = performance.now() + worstConnect(this.policy);
    const pauses = delays(this.policy);
    for (let attempt = 1; ; attempt++) {
      const error = signal?.aborted ? new ConnectError('cancelled', attempt - 1, 'cancelled') : await this.#attempt();
      if (!error) return this.#begin();
      if (error instanceof ConnectError) throw error;
      const failure = classify(error);
      const pause = this.#pause(failure, pauses[attempt - 1], end);
      this.#logAttempt(attempt, failure, pause, error);
      this.#turn('connecting', error);
      if (pause === undefined) throw new ConnectError(failure, attempt, this.#withoutSecrets(words(error)));
      try {
        await sleep(pause, undefined, signal ? { signal } : {});
      } catch {
        throw new ConnectError('cancelled', attempt, 'cancelled');
      }
    }
  }

  #pause(failure: FailureClass, delay: number | undefined, end: number): number | undefined {
    if (delay === undefined || isPermanent(failure)) return undefined;
    const pause = shortened(this.policy, delay);
    return performance.now() + pause < end ? pause : undefined;
  }

  #logAttempt(attempt: number, failure: FailureClass, pause: number | undefined, error: Error): void {
    this.#log({
      msg: 'redis connect', attempt, of: this.policy.attempts, class: failure,
      delay: pause === undefined ? null : pause / 1000, error: this.#withoutSecrets(words(error)),
    });
  }

  /** One attempt with a client of its own; the error, if it fails. */
  async #attempt(): Promise<Error | undefined> {
    const client = plainClient(this.#url, this.policy, (tries, cause) => this.#reconnect(client, tries, cause));
    // without a listener an error event ends the process
    client.on('error', (error: Error) => this.#lost(client, error));
    const base = Object.getPrototypeOf(client) as { sendCommand: Send };
    const send: Send = base.sendCommand.bind(client);
    try {
      await this.#bounded(client.connect());
      await this.#probe(send);
    } catch (error) {
      client.destroy();
      return error as Error;
    }
    base.sendCommand = (args, options) => this.#observed(args, options);
    client.on('ready', () => void this.#examine());
    [this.#client, this.#send] = [client, send];
    return undefined;
  }

  /** node-redis asks: the first connect is this manager's own loop, a lost connection comes back for ever. */
  #reconnect(client: Client, tries: number, cause: Error): number | Error {
    return this.#client === client ? reconnectDelay(this.policy, tries) : cause;
  }

  async #bounded<T>(work: Promise<T>, limit = this.policy.attemptTimeout): Promise<T> {
    const timer = new AbortController();
    const late = sleep(limit, undefined, { signal: timer.signal }).then(() => {
      throw new CommandTimeoutError(`redis: timeout after ${limit} ms`);
    });
    late.catch(() => undefined);
    work.catch(() => undefined);
    try {
      return await Promise.race([work, late]);
    } finally {
      timer.abort();
    }
  }

  /** A true PONG from a server that takes writes. */
  async #probe(send: Send): Promise<void> {
    await this.#bounded(send(['PING']));
    const role = (await this.#bounded(send(['ROLE']))) as unknown[];
    if (String(role[0]) === 'slave') throw new Error('READONLY this server is a replica');
  }

  #begin(): void {
    this.counters.connects++;
    this.#turn('ready');
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP).unref();
    this.#watching = this.#watch();
  }

  /** Ask for a sign of life at every interval. */
  async #watch(): Promise<void> {
    for (;;) {
      try {
        await sleep(this.policy.healthInterval, undefined, { signal: this.#ended.signal, ref: false });
      } catch {
        return;
      }
      await this.#examine();
    }
  }

  #examining: Promise<void> | undefined;

  /** Find out how Redis is, and after a loss try until it is well; one at a time. */
  #examine(): Promise<void> {
    this.#examining ??= this.#untilWell().finally(() => (this.#examining = undefined));
    return this.#examining;
  }

  async #untilWell(): Promise<void> {
    for (let tries = 0; !this.#ended.signal.aborted; tries++) {
      try {
        if (!this.#client?.isReady) throw new Error('socket closed');
        await this.#probe(this.#send!);
        return this.#turn('ready');
      } catch (error) {
        this.#turn('reconnecting', error as Error);
      }
      await sleep(reconnectDelay(this.policy, tries), undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  #lost(client: Client, error: Error): void {
    if (this.#client !== client || this.#status.state === 'closed') return;
    this.#turn('reconnecting', error);
    void this.#examine();
  }

  #turn(state: State, error?: Error): void {
    const before = this.#status;
    if (before.state === 'closed') return;
    const changed = before.state !== state;
    if (changed && state === 'ready' && before.state === 'reconnecting') this.counters.reconnects++;
    this.#status = {
      state,
      since: changed ? performance.now() : before.since,
      lastError: error ? this.#withoutSecrets(words(error)) : before.lastError,
      lastClass: error ? classify(error) : before.lastClass,
    };
    if (changed) this.#events.emit('status', this.#status);
  }

  #withoutSecrets(text: string): string {
    return this.#password ? text.replaceAll(this.#password, '***') : text;
  }

  // --- commands

  #observed(args: ReadonlyArray<string | Buffer>, options?: unknown): Promise<unknown> {
    return this.#status.state === 'ready' ? this.#flown(args, options) : this.#later(args, options);
  }

  async #later(args: ReadonlyArray<string | Buffer>, options?: unknown): Promise<unknown> {
    await this.#waitReady();
    return this.#flown(args, options);
  }

  /** A reply, or a timeout. One promise a command: this is on every command's way. */
  #flown(args: ReadonlyArray<string | Buffer>, options?: unknown): Promise<unknown> {
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const flight = { due: begin + this.policy.attemptTimeout, reject };
      this.#flights.add(flight);
      this.#send!(args, options).then(
        (reply) => {
          this.#flights.delete(flight);
          this.counters.commands++;
          this.#onCommand?.(args[0] as string, performance.now() - begin, undefined);
          resolve(reply);
        },
        (error: Error) => {
          this.#flights.delete(flight);
          this.#failed(String(args[0]), begin, error);
          reject(error);
        },
      );
    });
  }

  #sweep(): void {
    const now = performance.now();
    for (const flight of this.#flights) {
      if (flight.due > now) return; // the oldest stand first
      this.#flights.delete(flight);
      const error = new CommandTimeoutError(`redis: no reply within ${this.policy.attemptTimeout} ms`);
      this.#failed('timeout', flight.due - this.policy.attemptTimeout, error);
      flight.reject(error);
    }
  }

  #failed(command: string, begin: number, error: Error): void {
    const failure = classify(error);
    this.counters.errors++;
    if (isLost(failure)) {
      this.#turn('reconnecting', error);
      void this.#examine();
    }
    this.#onCommand?.(command, performance.now() - begin, failure);
  }

  async #waitReady(): Promise<void> {
    const limit = AbortSignal.timeout(this.policy.commandWait);
    while (this.#status.state !== 'ready') {
      if (this.#status.state === 'closed') throw new NotReadyError('redis: the manager is closed');
      try {
        await once(this.#events, 'status', { signal: limit });
      } catch {
        throw new NotReadyError(`redis: ${this.#status.state} for longer than ${this.policy.commandWait} ms`);
      }
    }
  }

  /** Run something on a connection of its own: what blocks (BLPOP, WATCH) must not hold up the others. */
  async exclusive<T>(work: (client: Exclusive) => Promise<T>): Promise<T> {
    if (this.#status.state !== 'ready') await this.#waitReady();
    this.#pool ??= this.#openPool();
    return (await this.#pool).execute(work);
  }

  async #openPool(): Promise<Pool> {
    const pool = blockingPool(this.#url, this.policy);
    pool.on('error', () => undefined);
    await pool.connect();
    return pool;
  }

  // --- subscriptions

  /** A subscription that the server has acknowledged; it comes back by itself and reports the gap. */
  async subscribe(channel: string, onMessage: (text: string) => unknown, onGap?: (gap: Gap) => void): Promise<Subscription> {
    const subscription = new Subscription(channel, this.#url, this.policy, {
      message: (text) => { this.counters.messages++; onMessage(text); },
      gap: (gap) => { this.counters.gaps++; onGap?.(gap); },
    });
    this.#subscriptions.add(subscription);
    try {
      await this.#bounded(subscription.start(), this.policy.commandWait);
    } catch {
      subscription.close();
      throw new NotReadyError(`redis: no acknowledgement of ${channel}`);
    }
    return subscription;
  }

  /** Stop: subscriptions, the health check, then the connections; commands under way end first. */
  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.close();
    const ready = this.#status.state === 'ready';
    this.#turn('closed');
    this.#ended.abort();
    clearInterval(this.#sweeper);
    await this.#watching;
    if (this.#client && ready && this.#client.isReady) {
      await this.#bounded(this.#client.close()).catch(() => undefined);
    }
    this.#client?.destroy();
    await this.#pool?.then((pool) => pool.destroy(), () => undefined);
    this.#pool = undefined;
  }
}

/** One channel on a connection of its own. */
export class Subscription {
  readonly #client: Client;
  readonly #policy: Policy;
  readonly #on: { message: (text: string) => void; gap: (gap: Gap) => void };
  #heard = performance.now();
  #acknowledged = false;
  #closed = false;

  constructor(readonly channel: string, url: string, policy: Policy, on: { message: (text: string) => void; gap: (gap: Gap) => void }) {
    this.#policy = policy;
    this.#on = on;
    this.#client = createClient({
      url,
      // asked for a PONG when it is silent, and given up when none comes: then it connects anew
      pingInterval: policy.subscriptionPing,
      socket: {
        connectTimeout: policy.attemptTimeout,
        socketTimeout: 2 * policy.subscriptionPing,
        reconnectStrategy: (tries: number) => reconnectDelay(this.#policy, tries),
      },
    });
    this.#client.on('error', () => undefined);
    this.#client.on('ping-interval', () => (this.#heard = performance.now()));
    this.#client.on('ready', () => this.#ready());
  }

  async start(): Promise<void> {
    await this.#client.connect();
    await this.#client.subscribe(this.channel, (text) => {
      this.#heard = performance.now();
      this.#on.message(text);
    });
    this.#heard = performance.now();
    this.#acknowledged = true;
  }

  /** node-redis says ready once the server has acknowledged the subscriptions that it replayed. */
  #ready(): void {
    const before = this.#heard;
    this.#heard = performance.now();
    if (this.#acknowledged && !this.#closed) {
      this.#on.gap({ channel: this.channel, start: before, end: this.#heard });
    }
  }

  close(): void {
    this.#closed = true;
    this.#client.destroy();
  }
}
