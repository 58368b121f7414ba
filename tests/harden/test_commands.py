"""Which commands run tests: the program decides, whatever stands in front of it."""

from __future__ import annotations

import pytest

from holdfast.harden.commands import Kind, kind, uses_redis

TESTS = (
    "pytest",
    "python -m pytest -x",
    "python -m pip install tox && tox",
    "poetry run pytest --cov",
    "uv run tox run -e ${{ matrix.tox }}",
    "bundle exec rake test",
    "bundle exec rspec",
    "bin/rails test:system test",
    "vendor/bin/phpunit tests/Redis",
    "./vendor/bin/pest",
    "php artisan test --parallel",
    "php -d memory_limit=-1 vendor/bin/phpunit",
    "composer test",
    "composer run-script test-unit",
    "npm test",
    "npm run test:unit -- --ci",
    "npm t",
    "yarn test",
    "yarn workspace @a/b test",
    "pnpm --filter foo test",
    "pnpm -r test",
    "pnpm run -r test",
    "npx jest",
    "npx nyc mocha",
    "npx nx affected -t test",
    "bunx vitest run",
    "bun test",
    "node --test",
    "node --import tsx --test",
    "go test ./...",
    "cd x && go test -race -v ./... && cd ..",
    "gotestsum -- ./...",
    "go run gotest.tools/gotestsum@latest",
    "cargo test --all",
    "cargo +nightly nextest run",
    "cargo llvm-cov nextest",
    "make test",
    "make -C src test-integration",
    "make unit-test",
    "just test",
    "task test:integration",
    "./gradlew :core:test",
    "./gradlew integrationTest",
    "mvn -B verify",
    "./mvnw -B -ntp test",
    "dotnet test --no-build",
    "mix test",
    "MIX_ENV=test mix coveralls.json",
    "BULLMQ_TEST_PREFIX={b} yarn test",
    "REDIS_DSN='redis://127.0.0.1:6379' vendor/bin/phpunit --group redis",
    'coverage run --source="netbox/" netbox/manage.py test netbox/ --parallel',
    "python manage.py test",
    "python runtests.py -v 2",
    "./bin/redis-tests.sh in-memory redis",
    './scripts/runtox.sh "$envname"',
    "TOXENV=$(tox --listenvs | grep x) python -m tox",
    "docker compose exec -T app pytest -x",
    "docker compose run --rm web bundle exec rspec",
    "docker run --network host img npm test",
    "RUN_SLOW_TESTS_TOO=1 tini -s -w hatch -- run test:cov --durations=5 -v -s",
    "hatch run test:unit-cov-retry",
    "destral --report-coverage -m x",
    "xvfb-run -a npm test",
    "./test.sh",
    "bash scripts/run_tests.sh",
    "script/test",
    "./run-tests",
    "timeout 600 pytest",
    "if ! pytest; then exit 1; fi",
    "python setup.py test",
    "sbt clean coverage test",
    "bazel test //...",
    "deno test -A",
    "tclsh tests/test_helper.tcl",
    "sudo -E env PATH=$PATH pytest",
    "poetry run tox -v -e py3-redis -- -v",
    "poetry run python manage.py test",
    "uv run python -m pytest",
    "uv run --frozen pytest",
    "uv run --group test pytest",
    "uv run coverage run -m pytest",
    "python -W error -m pytest",
    "phpunit",
    "yarn coverage",
    "npm run coverage",
    "pipenv run python -m unittest discover",
    'bash -c "pytest"',
    "mocha --retries 2 --file main.js",
    "yarn run test",
    "bin/appraisal rspec --tag ~perf",
    "docker run --rm --network host image pytest -x",
)
NONE = (
    "python -m pip install --upgrade pip 'tox' tox-gh-actions",
    "pip install pytest",
    "uv pip install flake8 pytest",
    "python -m pip install --upgrade pip wheel setuptools tox",
    "npm install jest",
    "sed -i 's|a|b|' action.yml",
    "openssl genrsa -out x 2048",
    "npm ci",
    "npm run build:test",
    "make test-deps",
    "make build-test",
    "composer install",
    "go build ./...",
    "go mod download",
    "cargo build --tests",
    "docker compose -f compose.test.yaml up -d",
    "docker build -t test .",
    "npx playwright install --with-deps",
    "test -f foo",
    "echo pytest",
    "bin/rails db:test:prepare",
    "bundle exec rails db:create db:schema:load",
    "yarn install --frozen-lockfile",
    "yarn",
    "npm run lint",
    "python manage.py migrate",
    "pip install -r requirements-test.txt",
    "git clone https://x/test",
    "mkdir tests",
    "cp tests/a.env .env",
    "cat test.log",
    "uv sync --group test",
    "poetry install --with test,test-ci",
    "npm run test:lint",
    "sudo apt-get install -y tini",
    "coverage erase",
    "pip install tox",
    "npm run pretest",
    "npm run test:tsd",
    "docker run -d -p 6379:6379 redis:7",
    "bin/appraisal install",
    "pytest --version",
)
UNKNOWN = (
    "hatch run test:scan",
    "bash tests/bootstrap_redis.sh",
    "node client.js",
    "python tools/link.py",
    "docker run --rm image",
)


@pytest.mark.parametrize("command", TESTS)
def test_runs_tests(command: str) -> None:
    assert kind(command) is Kind.TESTS


@pytest.mark.parametrize("command", NONE)
def test_runs_none(command: str) -> None:
    assert kind(command) is Kind.PREPARES


@pytest.mark.parametrize("command", UNKNOWN)
def test_says_nothing_of_what_it_does_not_know(command: str) -> None:
    assert kind(command) is Kind.UNKNOWN


def test_the_most_of_a_script_counts() -> None:
    assert kind("# pytest\nnpm ci\nnpm run build\n") is Kind.PREPARES
    assert kind("npm ci\nnode client.js\n") is Kind.UNKNOWN
    assert kind("npm ci\nmake check\n") is Kind.PERHAPS
    assert kind("cd x \\\n  && npm ci\nmake check; npm test\n") is Kind.TESTS


@pytest.mark.parametrize(
    "command", ["python manage.py migrate", "bin/rails db:setup", "celery -A app worker -D"]
)
def test_migrations_and_workers_may_want_redis(command: str) -> None:
    assert uses_redis(command)
    assert not uses_redis("npm ci")
