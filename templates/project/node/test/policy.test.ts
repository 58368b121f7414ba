import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_POLICY, classify, delays, worstConnect } from '../src/redis-policy.js';

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
