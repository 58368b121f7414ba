/** One channel on a connection of its own: ready when the server has acknowledged, back by itself, its gaps reported. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { createClient } from 'redis';

import { reconnectDelay } from './redis-policy.js';
import type { Policy } from './redis-policy.js';
import type { Node, Target } from './redis-target.js';

/** Messages between these two times (performance.now) may be lost: last sign of life, new acknowledgement. */
export interface Gap { channel: string; start: number; end: number }
export interface Listener { message: (text: string) => void; gap: (gap: Gap) => void; lost: (error: Error) => void }

type Client = ReturnType<typeof listener>;

/** A client that lives for one connection: asked for a PONG when it is silent, and given up when none comes. */
function listener(target: Target, at: Node, policy: Policy) {
  const given = target.server(at, policy);
  return createClient({
    ...given,
    pingInterval: policy.subscriptionPing,
    socket: { ...given.socket, socketTimeout: 2 * policy.subscriptionPing, reconnectStrategy: false },
    commandOptions: { timeout: policy.attemptTimeout },
  });
}

export class Subscription {
  readonly #target: Target;
  readonly #policy: Policy;
  readonly #on: Listener;
  readonly #closed = new AbortController();
  #heard = performance.now();
  #first: (() => void) | undefined;

  constructor(readonly channel: string, target: Target, policy: Policy, on: Listener) {
    [this.#target, this.#policy, this.#on] = [target, policy, on];
  }

  /** Resolves with the first acknowledgement. */
  start(): Promise<void> {
    const acknowledged = new Promise<void>((resolve) => (this.#first = resolve));
    void this.#run();
    return acknowledged;
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let turn = 0, tries = 0; !signal.aborted; turn++, tries++) {
      const begin = performance.now();
      const error = await this.#listen(turn).catch((cause: Error) => cause);
      if (signal.aborted) return;
      this.#on.lost(error);
      if (performance.now() - begin > this.#policy.reconnectCap) tries = 0;
      await sleep(reconnectDelay(this.#policy, tries), undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection from its begin to its end, which is what this resolves with. */
  async #listen(turn: number): Promise<Error> {
    const at = await this.#target.listening(this.#policy, turn);
    const client = listener(this.#target, at, this.#policy);
    const ended = once(client, 'error', { signal: this.#closed.signal }) as Promise<[Error]>;
    client.on('error', () => undefined);
    client.on('ping-interval', () => (this.#heard = performance.now()));
    try {
      await Promise.race([this.#begin(client, at), ended]);
      return (await ended)[0];
    } finally {
      client.destroy();
    }
  }

  async #begin(client: Client, at: Node): Promise<void> {
    const before = this.#heard;
    try {
      await client.connect();
      let acknowledged = 0;
      await client.subscribe(this.channel, (text) => {
        acknowledged ||= performance.now(); // a message in the same packet is told before the subscription is
        this.#heard = performance.now();
        this.#on.message(text);
      });
      acknowledged ||= performance.now();
      await this.#target.verify(at, this.#policy);
      this.#acknowledged(before, acknowledged);
    } catch (error) {
      this.#heard = before;
      throw error;
    }
  }

  #acknowledged(before: number, end: number): void {
    this.#heard = Math.max(this.#heard, end);
    if (this.#first) {
      this.#first();
      this.#first = undefined;
    } else {
      this.#on.gap({ channel: this.channel, start: before, end });
    }
  }
}
