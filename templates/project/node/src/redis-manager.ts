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

import {
  CommandTimeoutError, ConnectError, DEFAULT_POLICY, NotReadyError, classify, delays, isLost, isPermanent,
  reconnectDelay, shortened, words, worstConnect,
} from './redis-policy.js';
import type { FailureClass, Policy } from './redis-policy.js';
import { Subscription } from './redis-subscription.js';
import type { Gap } from './redis-subscription.js';
import { Target, blockingPool, openLink } from './redis-target.js';
import type { Client, Link, Pool } from './redis-target.js';

export type { Gap, Subscription };
export type State = 'connecting' | 'ready' | 'degraded' | 'reconnecting' | 'closed';
export interface Status { state: State; since: number; lastError: string; lastClass: FailureClass | undefined }
export interface Counters {
  connects: number; reconnects: number; commands: number; errors: number; messages: number; gaps: number;
}
export type Log = (record: Record<string, unknown>) => void;
export interface Options {
  policy?: Partial<Policy>;
  signal?: AbortSignal;
  log?: Log;
  onStatus?: (status: Status) => void;
  /** Each command's name, its time in milliseconds, and the class of its error. */
  onCommand?: (command: string, took: number, failure: FailureClass | undefined) => void;
}

type Exclusive = Parameters<Parameters<Pool['execute']>[0]>[0];
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

/** One Redis, its connection, its health and its subscriptions. */
export class RedisManager {
  readonly policy: Policy;
  readonly counters: Counters = { connects: 0, reconnects: 0, commands: 0, errors: 0, messages: 0, gaps: 0 };
  readonly #target: Target;
  readonly #log: Log;
  readonly #onCommand: Options['onCommand'];
  readonly #events = new EventEmitter();
  readonly #flights = new Set<Flight>();
  readonly #subscriptions = new Set<Subscription>();
  readonly #ended = new AbortController();
  #status: Status = { state: 'connecting', since: performance.now(), lastError: '', lastClass: undefined };
  #client: Client | undefined;
  #link: Link | undefined;
  #pool: Promise<Pool> | undefined;
  #watching: Promise<void> = Promise.resolve();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(url: string, options: Options = {}) {
    this.policy = { ...DEFAULT_POLICY, ...options.policy };
    this.#target = Target.parse(url);
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

  /** One attempt with a connection of its own, which becomes the one in use; the error, if it fails. */
  async #attempt(): Promise<Error | undefined> {
    const attempt: { link?: Link; over?: boolean } = {};
    const open = async (): Promise<void> => {
      attempt.link = await this.#opened();
      if (!attempt.over) await attempt.link.probe();
    };
    try {
      await this.#bounded(open());
    } catch (error) {
      attempt.over = true;
      attempt.link?.destroy();
      return error as Error;
    }
    this.#use(attempt.link!);
    return undefined;
  }

  #opened(): Promise<Link> {
    return openLink(this.#target, this.policy, {
      through: (command, send) => this.#observed(command, send),
      // node-redis asks: the first connect is this manager's own loop, a lost connection comes back for ever
      reconnect: (link, tries, cause) => (this.#link === link ? reconnectDelay(this.policy, tries) : cause),
      lost: (link, error) => this.#lost(link, error),
      back: (link) => void (this.#link === link && this.#examine()),
    });
  }

  /** Put a connection in the place of the one before: who holds the client holds the new one. */
  #use(link: Link): void {
    const before = this.#link;
    this.#link = link;
    if (this.#client) Object.setPrototypeOf(this.#client, Object.getPrototypeOf(link.client) as object);
    else this.#client = link.client;
    const pool = this.#pool;
    this.#pool = undefined;
    void pool?.then((opened) => opened.destroy(), () => undefined);
    if (before) void this.#bounded(before.close()).catch(() => undefined).finally(() => before.destroy());
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
        await this.#wellOrAnew();
        return this.#turn('ready');
      } catch (error) {
        this.#turn('reconnecting', error as Error);
      }
      await sleep(reconnectDelay(this.policy, tries), undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  /** One server is waited for; a master that Sentinels know, or a cluster, is looked for anew. */
  async #wellOrAnew(): Promise<void> {
    const link = this.#link!;
    const error = link.isReady
      ? await this.#bounded(link.probe()).then(() => undefined, (cause: Error) => cause)
      : new Error('socket closed');
    if (!error) return;
    this.#turn('reconnecting', error);
    const again = this.#target.kind === 'server' ? error : await this.#attempt();
    if (again) throw again;
  }

  #lost(link: Link, error: Error): void {
    if (this.#link !== link || this.#status.state === 'closed') return;
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
    return this.#target.withoutSecrets(text);
  }

  // --- commands

  #observed(command: string, send: () => Promise<unknown>): Promise<unknown> {
    return this.#status.state === 'ready' ? this.#flown(command, send) : this.#later(command, send);
  }

  async #later(command: string, send: () => Promise<unknown>): Promise<unknown> {
    await this.#waitReady();
    return this.#flown(command, send);
  }

  /** A reply, or a timeout. One promise a command: this is on every command's way. */
  #flown(command: string, send: () => Promise<unknown>): Promise<unknown> {
    const begin = performance.now();
    return new Promise((resolve, reject) => {
      const flight = { due: begin + this.policy.attemptTimeout, reject };
      this.#flights.add(flight);
      send().then(
        (reply) => {
          this.#flights.delete(flight);
          this.counters.commands++;
          this.#onCommand?.(command, performance.now() - begin, undefined);
          resolve(reply);
        },
        (error: Error) => {
          this.#flights.delete(flight);
          this.#failed(command, begin, error);
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
    if (!this.#link?.at) throw new Error('redis: a cluster has no one connection to give away');
    const pool = blockingPool(this.#target, this.#link.at, this.policy);
    pool.on('error', () => undefined);
    await pool.connect();
    return pool;
  }

  // --- subscriptions

  /** A subscription that the server has acknowledged; it comes back by itself and reports the gap. */
  async subscribe(channel: string, onMessage: (text: string) => unknown, onGap?: (gap: Gap) => void): Promise<Subscription> {
    const subscription = new Subscription(channel, this.#target, this.policy, {
      message: (text) => { this.counters.messages++; onMessage(text); },
      gap: (gap) => { this.counters.gaps++; onGap?.(gap); },
      lost: (error) => this.#log({ msg: 'redis subscription lost', channel, class: classify(error) }),
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
    if (ready && this.#link?.isReady) await this.#bounded(this.#link.close()).catch(() => undefined);
    this.#link?.destroy();
    await this.#pool?.then((pool) => pool.destroy(), () => undefined);
    this.#pool = undefined;
  }
}
