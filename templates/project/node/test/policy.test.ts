import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_POLICY, classify, delays, worstConnect } from '../src/redis-policy.js';
import { Target } from '../src/redis-target.js';

test('the delays double to the cap', () => {
  assert.deepEqual(delays(DEFAULT_POLICY), [1, 2, 4, 8, 16, 30, 30, 30, 30].map((seconds) => seconds * 1000));
});

test('the worst connect is bounded', () => {
  assert.equal(worstConnect(DEFAULT_POLICY), 201_000);
  assert.equal(worstConnect({ ...DEFAULT_POLICY, deadline: 60_000 }), 60_000);
});

test('errors are classed', () => {
  const table: Array<[string, string]> = [
    ['connect ECONNREFUSED 127.0.0.1:6379', 'refused'],
    ['ERR max number of clients reached', 'maxclients'],
    ['WRONGPASS invalid username-password pair', 'noauth'],
    ['LOADING Redis is loading the dataset in memory', 'loading'],
    ['something else', 'unknown'],
  ];
  for (const [text, expected] of table) assert.equal(classify(new Error(text)), expected, text);
});

test('addresses are read', () => {
  const plain = Target.parse('redis://user:p%40ss@cache:6380/2');
  assert.deepEqual(plain.nodes, [{ host: 'cache', port: 6380 }]);
  assert.deepEqual(plain.login(), { username: 'user', password: 'p@ss' });
  const watched = Target.parse('redis+sentinel://a,b:26380/main/1');
  assert.deepEqual([watched.kind, watched.master], ['sentinel', 'main']);
  assert.deepEqual(watched.nodes, [{ host: 'a', port: 26379 }, { host: 'b', port: 26380 }]);
  assert.deepEqual(Target.parse('redis+cluster://[::1]:7000').nodes, [{ host: '::1', port: 7000 }]);
  assert.throws(() => Target.parse('http://:s3cret@cache'), (error: Error) => !error.message.includes('s3cret'));
});

test('a password is never shown', () => {
  assert.equal(Target.parse('redis://:s3cret@cache').withoutSecrets('AUTH s3cret failed'), 'AUTH *** failed');
});
