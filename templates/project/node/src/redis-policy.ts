/** How often and how long Redis is tried, and which errors are worth another try. No I/O here. */

export type FailureClass =
  | 'refused' | 'reset' | 'timeout' | 'unresolved' | 'loading' | 'readonly' | 'masterdown' | 'clusterdown'
  | 'maxclients' | 'oom' | 'pool' | 'noauth' | 'noperm' | 'protocol' | 'cancelled' | 'notready' | 'unknown';

/** Waiting does not cure these: the first one ends the attempts. */
const PERMANENT: ReadonlySet<FailureClass> = new Set(['noauth', 'noperm', 'protocol', 'cancelled']);

/** After these the connection is gone, or the server is not one to talk to. */
const LOST: ReadonlySet<FailureClass> = new Set([
  'refused', 'reset', 'timeout', 'unresolved', 'loading', 'readonly', 'masterdown', 'clusterdown',
]);

export const isPermanent = (failure: FailureClass): boolean => PERMANENT.has(failure);
export const isLost = (failure: FailureClass): boolean => LOST.has(failure);

/** Read from top to bottom: the server's own words come before the system's. */
const BY_WORDS: ReadonlyArray<readonly [RegExp, FailureClass]> = [
  [/max number of clients/, 'maxclients'],
  [/NOAUTH|WRONGPASS|invalid username-password|without any password configured/, 'noauth'],
  [/NOPERM/, 'noperm'],
  [/LOADING/, 'loading'],
  [/READONLY/, 'readonly'],
  [/MASTERDOWN/, 'masterdown'],
  [/CLUSTERDOWN|TRYAGAIN/, 'clusterdown'],
  [/^OOM /, 'oom'],
  [/Timeout waiting for a client|pool/i, 'pool'],
  [/does not know it/, 'unresolved'],
  [/ECONNREFUSED/, 'refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'unresolved'],
  [/SSL|certificate|wrong version number|Unknown RESP type|protocol/i, 'protocol'],
  [/timeout|timed out/i, 'timeout'],
  [/ECONNRESET|EPIPE|socket closed|closed unexpectedly|client is closed|The client is (closed|offline)|Disconnects client|aborted/i, 'reset'],
];

export class ConnectError extends Error {
  constructor(readonly failure: FailureClass, readonly attempts: number, cause: string) {
    super(`redis: ${failure} after ${attempts} attempt(s): ${cause}`);
    this.name = 'ConnectError';
  }
}

/** A command waited for a connection in vain; it was never sent. */
export class NotReadyError extends Error {
  override name = 'NotReadyError';
}

/** A command whose reply did not come in time. */
export class CommandTimeoutError extends Error {
  override name = 'CommandTimeoutError';
}

/** The class of an error of node-redis or of the socket below it. */
export function classify(error: unknown): FailureClass {
  if (error instanceof NotReadyError) return 'notready';
  const text = words(error);
  return BY_WORDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';
}

/** All that an error says: an AggregateError keeps its words in the errors it gathers. */
export function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(words) : [];
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return [error.name === 'Error' ? '' : error.name, code, error.message, ...inner].filter(Boolean).join(' ');
}

/** Limits in milliseconds and counts. */
export interface Policy {
  attempts: number;
  attemptTimeout: number;
  /** the first delay; each further one doubles */
  base: number;
  cap: number;
  /** the share of a delay that chance may take away */
  jitter: number;
  /** a lost connection is worth a quicker return than a server that was never there */
  reconnectCap: number;
  /** all attempts together; undefined: what they add up to */
  deadline: number | undefined;
  healthInterval: number;
  /** silence on a subscription after which it is asked for a sign of life, and how long that may take */
  subscriptionPing: number;
  /** connections for blocking commands, besides the one that all others share */
  poolSize: number;
  poolTimeout: number;
  /** how long a command waits for a connection that is coming back */
  commandWait: number;
}

/** Ten attempts of 5 s with delays of 1, 2, 4, 8, 16, 30, 30, 30 and 30 s: 201 s at worst. */
export const DEFAULT_POLICY: Policy = {
  attempts: 10,
  attemptTimeout: 5_000,
  base: 1_000,
  cap: 30_000,
  jitter: 0.2,
  reconnectCap: 1_000,
  deadline: undefined,
  healthInterval: 30_000,
  subscriptionPing: 1_000,
  poolSize: 20,
  poolTimeout: 5_000,
  commandWait: 5_000,
};

/** The delays after each attempt but the last, before jitter. */
export function delays(policy: Policy): number[] {
  return Array.from({ length: policy.attempts - 1 }, (_, n) => Math.min(policy.base * 2 ** n, policy.cap));
}

/** The longest that the first connect can take, in milliseconds. */
export function worstConnect(policy: Policy): number {
  const worst = policy.attempts * policy.attemptTimeout + delays(policy).reduce((sum, delay) => sum + delay, 0);
  return policy.deadline === undefined ? worst : Math.min(worst, policy.deadline);
}

export function shortened(policy: Policy, delay: number): number {
  return delay * (1 - policy.jitter * Math.random());
}

/** The delay before the n-th try (from 0) of a lost connection: 50 ms doubling to the cap. */
export function reconnectDelay(policy: Policy, tries: number): number {
  return shortened(policy, Math.min(50 * 2 ** tries, policy.reconnectCap));
}
