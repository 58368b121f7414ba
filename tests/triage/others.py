# ruff: noqa: E501  # words stand as they are printed
"""Captures logs of runs that failed with a healthy Redis beside them, or with none: no class of Redis may be named.

By hand: `PYTHONPATH=tests python -m triage.others BOX [NAME...]`. Where a failure needs GitHub itself, or a network, its
words are written down as they are printed.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from support.servers import Server, running
from triage import framing
from triage.capture import CAPTURED, FORMS, HERE, SUITES, laid_out, passing_gate, save, shortened
from triage.framing import Job, Step


@dataclass(frozen=True)
class Wreck:
    """A suite that is spoilt: in `file`, `old` becomes `new`; or another command; or printed words alone."""

    name: str
    failure: str
    suite: str = ""
    file: str = ""
    old: str = ""
    new: str = ""
    run: str = ""
    files: dict[str, str] = field(default_factory=dict)
    printed: str = ""
    code: int = 1
    redis: bool = True


def _spoilt() -> Iterator[Wreck]:
    """Every test runner: a false expectation, and code that cannot be loaded."""
    for suite, file, old, new in (
        ("pytest", "test_shop.py", '== b"apples"', '== b"pears"'),
        ("pytest-v", "test_shop.py", '== b"apples"', '== b"pears"'),
        ("asyncio", "test_shop.py", '== b"apples"', '== b"pears"'),
        ("django", "test_shop.py", 'startswith("xx")', 'startswith("yy")'),
        ("unittest", "test_shop.py", ', b"apples"', ', b"pears"'),
        ("nodetest", "shop.test.mjs", "'basket:1'), 'apples'", "'basket:1'), 'pears'"),
        ("nodetest-spec", "shop.test.mjs", "'basket:1'), 'apples'", "'basket:1'), 'pears'"),
        ("ioredis-jest", "shop.test.js", "toBe('apples')", "toBe('pears')"),
        ("ioredis-vitest", "shop.test.js", "toBe('apples')", "toBe('pears')"),
        ("mocha", "shop.test.js", "'basket:1'), 'apples'", "'basket:1'), 'pears'"),
        ("gotest", "shop_test.go", '"apples", client.Get', '"pears", client.Get'),
        ("gotest-v", "shop_test.go", '"apples", client.Get', '"pears", client.Get'),
        ("redigo", "shop_test.go", "3+4 != 7", "3+4 != 8"),
        ("phpunit", "ShopTest.php", "('apples', $store", "('pears', $store"),
        ("rspec", "shop_spec.rb", "eq 'apples'", "eq 'pears'"),
        ("cargo", "shop.rs", '?, "apples"', '?, "pears"'),
        ("maven", "ShopTest.java", 'assertEquals("apples"', 'assertEquals("pears"'),
    ):
        yield Wreck(f"{suite}-false", "assertion", suite, file, old, new)
    for suite, file, old, new in (
        ("pytest", "test_shop.py", "import redis\n", "import rediss\n"),
        ("asyncio", "test_shop.py", "def connect():", "def connect()"),
        ("nodetest", "shop.test.mjs", "from 'redis'", "from 'redis-not-there'"),
        ("ioredis-jest", "shop.test.js", "require('ioredis')", "require('./cache')"),
        ("ioredis-vitest", "shop.test.js", "from 'ioredis'", "from './cache'"),
        ("mocha", "shop.test.js", "let store;", "let store = ;"),
        ("gotest", "shop_test.go", "options.MaxRetries = 1", "options.MaxTries = 1"),
        ("redigo", "shop_test.go", '"time"', '"time"\n\t"unused/connection/refused"'),
        ("phpunit", "ShopTest.php", "$store = new Redis();", "$store = new Redis(;"),
        ("rspec", "shop_spec.rb", "require 'redis'", "require 'redis_connection_refused'"),
        ("cargo", "shop.rs", "let mut store = store()?;", "let store: u8 = store()?;"),
        ("maven", "ShopTest.java", 'store.set("basket:1"', 'store.sett("basket:1"'),
    ):
        yield Wreck(f"{suite}-built", "build", suite, file, old, new)
    for suite, file, old, new in (
        ("pytest", "test_shop.py", "assert sum((3, 4)) == 7", "os.kill(os.getpid(), 9)"),
        ("asyncio", "test_shop.py", "await asyncio.sleep(0)", "__import__('ctypes').string_at(0)"),
        ("unittest", "test_shop.py", 'self.store.set("basket:1", "apples")', "os.kill(os.getpid(), 11)"),
        (
            "nodetest",
            "shop.test.mjs",
            "await store.set('basket:1', 'apples');",
            "process.kill(process.pid, 'SIGKILL');",
        ),
        (
            "mocha",
            "shop.test.js",
            "it('survives a refused connection', () => {})",
            "it('survives a refused connection', () => process.kill(process.pid, 9))",
        ),
        (
            "gotest",
            "shop_test.go",
            "require.Equal(t, 7, 3+4)",
            "p, _ := os.FindProcess(os.Getpid()); _ = p.Kill(); time.Sleep(time.Second)",
        ),
        (
            "gotest-v",
            "shop_test.go",
            "require.Equal(t, 7, 3+4)",
            "p, _ := os.FindProcess(os.Getpid()); _ = p.Kill(); time.Sleep(time.Second)",
        ),
        ("cargo", "shop.rs", "assert_eq!(3 + 4, 7);", "std::process::abort();"),
        ("rspec", "shop_spec.rb", "expect(3 + 4).to eq 7", "Process.kill(:KILL, Process.pid)"),
        (
            "maven",
            "ShopTest.java",
            "assertEquals(7, 3 + 4);",
            "ProcessHandle.of(ProcessHandle.current().pid()); Runtime.getRuntime().halt(137);",
        ),
    ):
        yield Wreck(f"{suite}-killed", "signal", suite, file, old, new)


COMMANDS = (
    Wreck("pytest-no-file", "usage", "pytest", run="python -m pytest tests/test_absent.py"),
    Wreck("pytest-flag", "usage", "pytest", run="python -m pytest --no-such-flag"),
    Wreck("pytest-none", "usage", "pytest", run="python -m pytest -q -k nothing_of_this_name"),
    Wreck("npm-script", "usage", "mocha", run="npm run test:integration"),
    Wreck("not-installed", "usage", "shell", run="redis-cli-of-the-company PING"),
    Wreck("go-flag", "usage", "gotest", run="go test -timeouts 5m ./..."),
    Wreck("jest-none", "usage", "ioredis-jest", run="npx jest tests/nothing"),
    Wreck("cargo-target", "usage", "cargo", run="cargo test --test integration"),
    Wreck("requirements", "usage", "shell", run="pip install -r requirements-dev.txt"),
    Wreck("make-target", "usage", "shell", run="make integration"),
    Wreck(
        "ruff",
        "unknown",
        "shell",
        run="ruff check .",
        files={
            "shop_a.py": "import os, sys\nprint('connection refused'\n",
            "shop_b.py": "import redis\nx = 1; y = 2\n",
        },
    ),
    Wreck(
        "mypy",
        "unknown",
        "shell",
        run="mypy shop_a.py",
        files={"shop_a.py": "def f(x: int) -> str:\n    return x\n"},
    ),
    Wreck(
        "gofmt",
        "unknown",
        "gotest",
        run='test -z "$(gofmt -l . | tee /dev/stderr)"',
        files={"shop.go": "package shop\nfunc  F( ) { }\n"},
    ),
    Wreck(
        "pip-network",
        "unknown",
        "shell",
        run="pip install --retries 1 --index-url http://127.0.0.1:1/simple redis-like-thing",
        redis=False,
    ),
    Wreck(
        "npm-network",
        "unknown",
        "shell",
        run="npm install --fetch-retries 0 --registry http://127.0.0.1:1 left-pad",
        redis=False,
    ),
    Wreck(
        "go-network",
        "unknown",
        "gotest",
        run="GOPROXY=http://127.0.0.1:1 GOFLAGS=-mod=mod GONOSUMDB=* go get github.com/example/absent@v1.0.0",
    ),
    Wreck("git-network", "unknown", "shell", run="git clone https://git.example.invalid/shop.git"),
    Wreck("curl-app", "unknown", "shell", run="curl -sSf --max-time 5 http://127.0.0.1:8080/health"),
    Wreck("curl-name", "unknown", "shell", run="curl -sSf --max-time 5 https://api.example.invalid/health"),
    Wreck(
        "ssh",
        "unknown",
        "shell",
        run="python - <<'END'\nimport socket\nsocket.create_connection(('127.0.0.1', 22), 2)\nEND",
    ),
    Wreck(
        "postgres-psycopg",
        "unknown",
        "pytest",
        run="python -m pytest -q test_orders.py",
        files={
            "test_shop_x.py": "",
            "test_orders.py": "import psycopg\n\n\ndef test_orders():\n    psycopg.connect('host=127.0.0.1 port=5432 dbname=shop user=shop')\n",
        },
    ),
    Wreck(
        "mysql",
        "unknown",
        "pytest",
        run="python -m pytest -q test_orders.py",
        files={
            "test_orders.py": "import pymysql\n\n\ndef test_orders():\n    pymysql.connect(host='127.0.0.1', port=3306, user='shop')\n"
        },
    ),
    Wreck(
        "mongo",
        "unknown",
        "pytest",
        run="python -m pytest -q test_orders.py",
        files={
            "test_orders.py": "import pymongo\n\n\ndef test_orders():\n    pymongo.MongoClient('mongodb://127.0.0.1:27017', serverSelectionTimeoutMS=900).shop.orders.find_one()\n"
        },
    ),
    Wreck(
        "elastic-requests",
        "unknown",
        "pytest",
        run="python -m pytest -q test_orders.py",
        files={
            "test_orders.py": "import requests\n\n\ndef test_search():\n    requests.get('http://localhost:9200/_search', timeout=2)\n"
        },
    ),
    Wreck(
        "postgres-pg",
        "unknown",
        "nodetest",
        run="NODE_PATH=../node2/node_modules node --test orders.test.cjs",
        files={
            "orders.test.cjs": "const { test } = require('node:test');\nconst { Client } = require('pg');\ntest('orders', async () => { await new Client({ host: '127.0.0.1', port: 5432 }).connect(); });\n"
        },
    ),
    Wreck(
        "go-postgres",
        "unknown",
        "redigo",
        run="go test -run Orders ./...",
        files={
            "shop_o_test.go": 'package shop\n\nimport (\n\t"net"\n\t"testing"\n)\n\nfunc TestOrders(t *testing.T) {\n\tif _, err := net.Dial("tcp", "127.0.0.1:5432"); err != nil {\n\t\tt.Fatalf("postgres: %v", err)\n\t}\n}\n'
        },
    ),
    Wreck("disk-full", "unknown", "shell", run="dd if=/dev/zero of=/dev/full bs=1M count=1"),
    Wreck(
        "permission",
        "unknown",
        "shell",
        run="python - <<'END'\nraise PermissionError(13, 'Permission denied', '/var/lib/shop')\nEND",
    ),
    Wreck("checksum", "unknown", "shell", run="echo 'd41d8cd9  smoke.sh' | sha256sum -c -"),
)

PRINTED = (
    Wreck(
        "image-gone",
        "usage",
        printed="Error response from daemon: manifest for bitnami/redis:7.2 not found: manifest unknown: manifest unknown",
        run="docker pull bitnami/redis:7.2",
    ),
    Wreck(
        "rate-limit",
        "usage",
        printed="Error response from daemon: toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
        run="docker pull redis:7",
    ),
    Wreck(
        "bad-options",
        "usage",
        printed="invalid reference format",
        run="docker create --health-cmd 'redis-cli ping' redis:7",
    ),
    Wreck(
        "runner-lost",
        "unknown",
        printed="##[error]The hosted runner lost communication with the server. Anything in your workflow that terminates the runner process, starves it for CPU/Memory, or blocks its network access can cause this error.",
        code=0,
    ),
    Wreck(
        "runner-shutdown",
        "unknown",
        printed="test_shop.py ...\n##[error]The runner has received a shutdown signal. This can happen when the runner service is stopped, or a manually started runner is canceled.\n##[error]The operation was canceled.",
        code=0,
    ),
    Wreck("cancelled", "unknown", printed="test_shop.py ...\n##[error]The operation was canceled.", code=0),
    Wreck(
        "deploy-502",
        "unknown",
        run="./deploy.sh",
        printed="Deploying shop to production\nwaiting for rollout: 1 of 3 updated replicas are available\nerror: timed out waiting for the condition on deployments/shop",
    ),
    Wreck(
        "helm",
        "unknown",
        run="helm upgrade shop chart --wait",
        printed="Error: UPGRADE FAILED: context deadline exceeded",
    ),
    Wreck(
        "artifact",
        "unknown",
        printed="##[error]Unable to download artifact(s): Artifact not found for name: coverage",
        code=0,
    ),
    Wreck(
        "coverage",
        "unknown",
        run="coverage report --fail-under 90",
        printed="Name      Stmts   Miss  Cover\nshop.py     120     30    75%\nCoverage failure: total of 75 is less than fail-under=90",
        code=2,
    ),
    Wreck(
        "eslint",
        "unknown",
        run="npx eslint .",
        printed="\n/home/runner/work/shop/shop/redis.js\n  3:7  error  'refused' is assigned a value but never used  no-unused-vars\n\n✖ 1 problem (1 error, 0 warnings)",
    ),
    Wreck(
        "playwright",
        "unknown",
        run="npx playwright test",
        printed="Running 2 tests using 1 worker\n  1) shop.spec.ts:3:5 › shows the shop\n\n    Error: page.goto: net::ERR_CONNECTION_REFUSED at http://localhost:3000/\n\n  1 failed\n    shop.spec.ts:3:5 › shows the shop\n  1 passed (4.1s)",
    ),
    Wreck(
        "apt",
        "unknown",
        run="sudo apt-get install -y jq",
        printed="E: Failed to fetch http://azure.archive.ubuntu.com/ubuntu/pool/main/j/jq/jq_1.7.1-3build1_amd64.deb  Could not connect to azure.archive.ubuntu.com:80 (52.147.219.192), connection timed out\nE: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?",
        code=100,
    ),
    Wreck(
        "npm-reset",
        "unknown",
        run="npm ci",
        printed="npm error code ECONNRESET\nnpm error network aborted\nnpm error network This is a problem related to network connectivity.\nnpm error network In most cases you are behind a proxy or have bad network settings.",
    ),
    Wreck(
        "kafka",
        "unknown",
        run="./gradlew test",
        printed="[kafka-producer-network-thread | producer-1] WARN  org.apache.kafka.clients.NetworkClient - Connection to node -1 (localhost/127.0.0.1:9092) could not be established. Node may not be available.\nShopTest > sends() FAILED\n    org.apache.kafka.common.errors.TimeoutException: Topic orders not present in metadata after 60000 ms.",
    ),
    Wreck(
        "rabbit",
        "unknown",
        run="python -m shop.worker --once",
        printed="[ERROR/MainProcess] consumer: Cannot connect to amqp://guest:**@127.0.0.1:5672//: [Errno 111] Connection refused.",
    ),
    Wreck(
        "docker-push",
        "unknown",
        run="docker push ghcr.io/example/shop",
        printed="The push refers to repository [ghcr.io/example/shop]\ndenied: permission_denied: write_package",
    ),
    Wreck(
        "grpc",
        "unknown",
        run="go test ./rpc",
        printed='--- FAIL: TestPrices (5.00s)\n    rpc_test.go:31: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:50051: connect: connection refused"\nFAIL\nFAIL\texample.com/shop/rpc\t5.013s\nFAIL',
    ),
    Wreck(
        "codecov",
        "unknown",
        run="codecov upload-process",
        printed="error - 2026-11-20 09:10:11,120 -- Upload failed: HTTPSConnectionPool(host='ingest.codecov.io', port=443): Max retries exceeded with url: /upload (Caused by ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f>, 'Connection to ingest.codecov.io timed out. (connect timeout=60)'))",
    ),
)


def wrecks() -> Iterator[Wreck]:
    """All of them."""
    yield from _spoilt()
    yield from COMMANDS
    yield from PRINTED


def happened(wreck: Wreck, box: Path) -> tuple[Step, str]:
    """The step that failed, and what a healthy Redis printed meanwhile."""
    if wreck.printed:
        return Step("Run it", wreck.run or "make test", wreck.printed, wreck.code), ""
    suite = SUITES[wreck.suite]
    with running(Server.REDIS_8_0) as server:
        folder = laid_out(suite, box)
        _spoil(wreck, folder)
        words = wreck.run or suite.run
        unwanted = {"RUST_BACKTRACE", "VIRTUAL_ENV", "PYTHONPATH", "GITHUB_STEP_SUMMARY"}
        clean = {name: value for name, value in os.environ.items() if name not in unwanted}
        paths = f"{box}/venv/bin:{box}/node/node_modules/.bin:{Server.REDIS_8_0.folder}:{os.environ['PATH']}"
        done = subprocess.run(
            ["timeout", "-k", "2", "90", "bash", "-e", "-o", "pipefail", "-c", f"{words}\n:"],
            cwd=folder,
            env={**clean, "REDIS_URL": server.url, "CI": "true", "PATH": paths},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log = server.log()
    for name in wreck.files:
        (folder / name).unlink(missing_ok=True)
    code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    places = [
        (str(folder), "/home/runner/work/shop/shop"),
        (str(server.port), "6379"),
        (str(box.resolve()), "/opt/hostedtoolcache"),
        (str((box / "venv").resolve().parent), "/opt/hostedtoolcache"),
    ]
    places += [
        (str(server.folder), "/data"),
        (str(HERE.parents[1]), "/usr/local"),
        ("/root/", "/home/runner/"),
    ]
    output = framing.without_places(
        done.stdout.decode("utf-8", "replace"), [*places, ("/tmp/", "/home/runner/work/_temp/")]
    )
    env = {"REDIS_URL": "redis://127.0.0.1:6379"} if wreck.redis else {}
    return Step("Run tests", words, shortened(output), code, env), framing.without_places(log, places)


def _spoil(wreck: Wreck, folder: Path) -> None:
    if wreck.file:
        text = (folder / wreck.file).read_text()
        if wreck.old not in text:
            raise ValueError(f"{wreck.name}: {wreck.old} is not in {wreck.file}")
        (folder / wreck.file).write_text(text.replace(wreck.old, wreck.new, 1))
    for name, text in wreck.files.items():
        (folder / name).write_text(text)


def main(arguments: list[str]) -> int:
    """Captures what is named, or everything."""
    box = Path(arguments[0]).resolve()
    for number, wreck in enumerate(wrecks()):
        if arguments[1:] and not any(re.search(word, wreck.name) for word in arguments[1:]):
            continue
        step, log = happened(wreck, box)
        sys.stderr.write(f"{wreck.failure:10} {wreck.name} {step.code}\n")
        seen = random.Random(wreck.name)
        noise = SUITES[wreck.suite].noise if wreck.suite else ()
        before = (*noise, *((passing_gate(),) if seen.random() < 0.5 else ()))
        service = "redis:7-alpine" if wreck.redis else None
        job = Job("test", (*before, step), service, log)
        lint = Job("lint", (Step("Lint", "make lint", "all 40 files are clean"),), None)
        form = FORMS[number % 5] if step.code else FORMS[number % 2]
        save(CAPTURED / wreck.failure, wreck.name, form, job, lint)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
