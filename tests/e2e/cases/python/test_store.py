"""What the store promises. EXAMPLE_FAULT plays a project whose tests fail, or take long."""

import os
import time
import unittest

from store import Store, target


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.store = Store(*target())
        self.addCleanup(self.store.close)

    def test_a_value_is_read_back(self):
        self.store.call("SET", "greeting", "hello")
        assert self.store.call("GET", "greeting") == "hello"
        assert self.store.call("STRLEN", "greeting") == "5"

    def test_counters_count(self):
        self.store.call("DEL", "visits")
        for _ in range(100):
            self.store.call("INCR", "visits")
        assert self.store.call("GET", "visits") == "100"

    def test_fault(self):
        fault = os.environ.get("EXAMPLE_FAULT")
        if fault == "fail":
            assert self.store.call("GET", "greeting") == "goodbye"
        if fault == "slow":
            print("the long test has begun", flush=True)
            for _ in range(1200):
                self.store.call("INCR", "seconds")
                time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
