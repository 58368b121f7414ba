const assert = require("node:assert");
const {test} = require("node:test");
const {setTimeout: pause} = require("node:timers/promises");
const {call} = require("./store.js");

test("a value is read back", async () => {
  await call("SET", "greeting", "hello");
  assert.equal(await call("GET", "greeting"), "hello");
  assert.equal(await call("STRLEN", "greeting"), "5");
});

test("many keys are kept", async () => {
  for (let n = 0; n < 20; n++) await call("SET", `key${n}`, String(n));
  for (let n = 0; n < 20; n++) assert.equal(await call("GET", `key${n}`), String(n));
});

// EXAMPLE_FAULT plays a project whose tests fail, or take long.
test("fault", async () => {
  if (process.env.EXAMPLE_FAULT === "fail") assert.equal(await call("GET", "greeting"), "goodbye");
  if (process.env.EXAMPLE_FAULT !== "slow") return;
  console.log("the long test has begun");
  for (let n = 0; n < 1200; n++) {
    await call("INCR", "seconds");
    await pause(50);
  }
});
