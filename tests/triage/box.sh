#!/bin/bash
# Fills a folder with the clients and test runners that capture.py, others.py and acted.py use. By hand.
set -eu
box=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$box/node" "$box/node2" "$box/go" "$box/cargo/src" "$box/maven"
cd "$box"
python3 -m venv venv
venv/bin/pip -q install redis 'celery[redis]' django-redis pytest pytest-asyncio pytest-timeout \
  'psycopg[binary]' pymysql pymongo ruff mypy requests async-timeout
(cd node && npm init -y >/dev/null && npm i --no-audit --no-fund redis ioredis bullmq vitest jest mocha)
(cd node2 && npm init -y >/dev/null && npm i --no-audit --no-fund pg)
(
  cd go
  go mod init example.com/shop
  for suite in gotest redigo; do
    cp "$here/suites/$suite/shop_test.go.txt" shop_test.go
    go get -t ./...
  done
  rm shop_test.go
  go get github.com/redis/go-redis/v9 github.com/stretchr/testify/require github.com/gomodule/redigo/redis
)
cp "$here/suites/cargo/Cargo.toml.txt" cargo/Cargo.toml
cp "$here/suites/cargo/shop.rs.txt" cargo/shop.rs
echo 'pub fn shop() {}' >cargo/src/lib.rs
(cd cargo && cargo test --no-run)
cp "$here/suites/maven/pom.xml.txt" maven/pom.xml
(cd maven && mvn -q -B dependency:go-offline)
apt-get install -y -q --no-install-recommends php-cli php-redis phpunit ruby ruby-redis ruby-rspec
