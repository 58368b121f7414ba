/** Where Redis is - one server, the master that Sentinels know, or a Cluster - and the clients of node-redis for it. */
import { createClient, createClientPool, createCluster } from 'redis';

import type { Policy } from './redis-policy.js';

export interface Node { host: string; port: number }
export type Client = ReturnType<typeof serverClient>;
export type Pool = ReturnType<typeof blockingPool>;
type Cluster = ReturnType<typeof clusterClient>;
type Strategy = (tries: number, cause: Error) => number | Error;
/** What a connection asks and tells its manager. */
export interface Hooks {
  /** How every command passes: its name, and what sends it. */
  through: (command: string, send: () => Promise<unknown>) => Promise<unknown>;
  /** Milliseconds until the next try of a connection that is gone, or the error that ends it. */
  reconnect: (link: Link, tries: number, cause: Error) => number | Error;
  /** A sign of a loss. */
  lost: (link: Link, error: Error) => void;
  /** The client has connected, for the first time or by itself. */
  back: (link: Link) => void;
}

/** A client in use, whatever it is a client of. */
export interface Link {
  readonly client: Client;
  /** The one server; undefined for a cluster. */
  readonly at: Node | undefined;
  readonly isReady: boolean;
  /** Connect if need be, and see a true PONG and that writes are taken; it neither waits nor counts. */
  probe(): Promise<void>;
  close(): Promise<unknown>;
  destroy(): void;
}

export class Target {
  private constructor(
    readonly kind: 'server' | 'sentinel' | 'cluster', readonly nodes: Node[], readonly master: string,
    private readonly database: number, private readonly username: string, private readonly password: string,
    private readonly tls: boolean,
  ) {}

  /** redis://, rediss://, redis+sentinel://a:26379,b:26379/main/0 and redis+cluster://a:7000,b:7000. */
  static parse(url: string): Target {
    const parts = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^/]*)@)?([^/?]*)([^?]*)/.exec(url);
    // the address itself is not repeated: it may hold a password
    if (!parts) throw new Error(`not a Redis address: scheme ${/^[\w+.-]*/.exec(url)?.[0] ?? ''}`);
    const [, scheme, kind, login = '', hosts = '', path = ''] = parts;
    const words = path.split('/').filter(Boolean);
    const master = kind === 'sentinel' ? (words.shift() ?? '') : '';
    const [username = '', ...password] = login.split(':');
    return new Target(
      kind === 'sentinel' || kind === 'cluster' ? kind : 'server',
      hosts.split(',').map((host) => node(host, kind === 'sentinel' ? 26379 : 6379)), master,
      Number(words[0] ?? 0), decodeURIComponent(username), decodeURIComponent(password.join(':')), scheme === 'rediss',
    );
  }

  withoutSecrets(text: string): string {
    return this.password ? text.replaceAll(this.password, '***') : text;
  }

  login(): { username?: string; password?: string } {
    return { ...(this.username && { username: this.username }), ...(this.password && { password: this.password }) };
  }

  socket(at: Node, policy: Policy): { host: string; port: number; connectTimeout: number; tls?: true } {
    return { ...at, connectTimeout: policy.attemptTimeout, ...(this.tls && { tls: true }) };
  }

  /** What a client of one server is made with. */
  server(at: Node, policy: Policy) {
    return { ...this.login(), database: this.database, socket: this.socket(at, policy) };
  }

  /** Rejects where Sentinels name another master by now: one that was frozen does not know it yet. */
  async verify(at: Node, policy: Policy): Promise<void> {
    if (this.kind !== 'sentinel') return;
    const now = await findMaster(this, policy);
    if (now.host !== at.host || now.port !== at.port) throw new Error('READONLY another server is the master');
  }

  /** The server to listen to, at the n-th try: any node of a cluster passes on what is published. */
  async listening(policy: Policy, tries: number): Promise<Node> {
    return this.kind === 'sentinel' ? findMaster(this, policy) : this.nodes[tries % this.nodes.length]!;
  }
}

function node(text: string, port: number): Node {
  const parts = /^\[?(.*?)\]?(?::(\d+))?$/.exec(text);
  return { host: parts?.[1] || '127.0.0.1', port: Number(parts?.[2] ?? port) };
}

/** A client that leaves connecting, waiting and time limits to the manager. */
function serverClient(target: Target, at: Node, policy: Policy, reconnectStrategy: Strategy) {
  const given = target.server(at, policy);
  return createClient({
    ...given,
    socket: { ...given.socket, reconnectStrategy },
    // a command that finds no connection waits here, in the manager, and is never sent twice
    disableOfflineQueue: true,
    // its own limit ends when a command is written, and costs a timer each: the manager bounds the reply
    commandOptions: { timeout: 0 },
  });
}

function clusterClient(target: Target, policy: Policy) {
  return createCluster({
    rootNodes: target.nodes.map((at) => ({ socket: at })),
    defaults: {
      ...target.login(),
      socket: { ...target.socket(target.nodes[0]!, policy), reconnectStrategy: false },
      disableOfflineQueue: true,
    },
    commandOptions: { timeout: 0 },
  });
}

/** Connections for what blocks, besides the one that all other commands share. */
export function blockingPool(target: Target, at: Node, policy: Policy) {
  return createClientPool(
    target.server(at, policy),
    { minimum: 1, maximum: policy.poolSize, acquireTimeout: policy.poolTimeout, cleanupDelay: 3_000 },
  );
}

/** The master that the first Sentinel that answers names. */
export async function findMaster(target: Target, policy: Policy): Promise<Node> {
  const causes: string[] = [];
  for (const at of target.nodes) {
    const client = createClient({
      socket: {
        ...at, connectTimeout: policy.attemptTimeout, socketTimeout: policy.attemptTimeout, reconnectStrategy: false,
      },
      commandOptions: { timeout: policy.attemptTimeout },
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const found = await client.sendCommand<string[] | null>(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', target.master]);
      if (found) return { host: found[0]!, port: Number(found[1]) };
      causes.push(`${at.host}:${at.port} does not know it`);
    } catch (error) {
      causes.push(String(error));
    } finally {
      client.destroy();
    }
  }
  throw new Error(`no sentinel names the master ${target.master}: ${causes.join('; ')}`);
}

/** A connection of `target`, which the first probe opens. */
export async function openLink(target: Target, policy: Policy, hooks: Hooks): Promise<Link> {
  if (target.kind === 'cluster') return clusterLink(clusterClient(target, policy), hooks);
  const at = target.kind === 'sentinel' ? await findMaster(target, policy) : target.nodes[0]!;
  // a master may be another one next time: its client is not to come back by itself
  const strategy: Strategy = (tries, cause) => (target.kind === 'sentinel' ? cause : hooks.reconnect(link, tries, cause));
  const client = serverClient(target, at, policy, strategy);
  const link: Link = serverLink(client, at, hooks, () => target.verify(at, policy));
  return link;
}

type Sender = (...args: never[]) => Promise<unknown>;

function serverLink(client: Client, at: Node, hooks: Hooks, verify: () => Promise<void>): Link {
  const base = Object.getPrototypeOf(client) as Record<string, Sender>;
  const send = base['sendCommand']!.bind(client) as unknown as (args: string[]) => Promise<unknown>;
  const link: Link = {
    client,
    at,
    get isReady() { return client.isReady; },
    probe: async () => {
      if (!client.isOpen) await client.connect();
      await send(['PING']);
      const role = (await send(['ROLE'])) as unknown[];
      if (String(role[0]) === 'slave') throw new Error('READONLY this server is a replica');
      await verify();
    },
    close: () => client.close(),
    destroy: () => client.destroy(),
  };
  // without a listener an error event ends the process
  client.on('error', (error: Error) => hooks.lost(link, error));
  client.on('ready', () => hooks.back(link));
  observe(base, 'sendCommand', (args) => String((args[0] as unknown[])[0]), hooks);
  observe(base, '_executeMulti', () => 'MULTI', hooks);
  observe(base, '_executePipeline', () => 'PIPELINE', hooks);
  return link;
}

function clusterLink(cluster: Cluster, hooks: Hooks): Link {
  const base = Object.getPrototypeOf(cluster) as Record<string, Sender>;
  const link: Link = {
    client: cluster as unknown as Client, // it has the same commands
    at: undefined,
    get isReady() { return cluster.isReady; },
    probe: async () => {
      if (!cluster.isOpen) await cluster.connect();
      // each of them: one that is gone takes its share of the keys along
      await Promise.all(cluster.masters.map(async (master) => (await cluster.nodeClient(master)).ping()));
    },
    close: () => cluster.close(),
    destroy: () => cluster.destroy(),
  };
  cluster.on('error', (error: Error) => hooks.lost(link, error));
  cluster.on('node-error', (error: Error) => hooks.lost(link, error));
  // node-redis' own way of every command in a cluster; without it commands are sent, but neither wait nor count
  observe(base, '_executeWithPolicies', (args) => String((args[0] as { redisArgs: unknown[] }).redisArgs[0]), hooks);
  return link;
}

/** Lead a method of a client through the manager. */
function observe(base: Record<string, Sender>, method: string, name: (args: unknown[]) => string, { through }: Hooks): void {
  const own = base[method] as unknown as ((...args: unknown[]) => Promise<unknown>) | undefined;
  if (!own) return;
  base[method] = function (this: unknown, ...args: unknown[]) {
    return through(name(args), () => own.apply(this, args));
  };
}
