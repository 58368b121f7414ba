"""Combinations that cannot work are refused with reason and cure; odd ones are notices with the number."""

from __future__ import annotations

import pytest
from spec.marked import findings, found_at, spec

from holdfast.finding import Severity
from holdfast.spec import checks
from holdfast.spec.model import Spec
from holdfast.spec.read import read_spec
from holdfast.spec.reference import rules_of
from holdfast.text import Source

# name: (text with the place marked, rule, words of the message, words of the cure)
REFUSED: dict[str, tuple[str, str, str, str]] = {
    "maxmemory over 75 %": (
        "redis: {memory: 1g, maxmemory: «800mb», maxmemory-policy: noeviction}",
        "maxmemory-share",
        "maxmemory 800mb is 78% of the container's 1gb",
        "lower it to 768mb, or raise memory to 1067mb",
    ),
    "maxmemory over a job's own limit": (
        "redis: {maxmemory: 1gb}\njobs: {t: {redis: {memory: 1g, maxmemory: «1gb»}}}",
        "maxmemory-share",
        "100%",
        "lower it to 768mb",
    ),
    "maxmemory of the profile": (
        "profile: full\nredis: {memory: «1g», memory-swap: 1g}",
        "maxmemory-share",
        "maxmemory 1gb",
        "lower it",
    ),
    "swap below memory": (
        "redis: {memory: 2g, maxmemory: 1gb, maxmemory-policy: noeviction, memory-swap: «1g»}",
        "memory-swap",
        "memory-swap 1gb is memory and swap together",
        "write 2gb for no swap",
    ),
    "swap alone": ("redis: {memory-swap: «1g»}", "memory-swap", "without memory", "write memory too"),
    "retries": (
        "retry: {attempts: «5», min-attempt: 4m, deadline: 20m}",
        "retries-over-deadline",
        "5 attempts of at least 4m, 100s of waits and 1m of reserve are 1360s, and the deadline is 20m",
        "raise deadline to 23m",
    ),
    "delays alone": (
        "retry: {attempts: «5», delays: 'linear:2m', deadline: 20m}",
        "retries-over-deadline",
        "20m of waits",
        "raise deadline to 21m",
    ),
    "reserve": (
        "retry: {deadline: 10s, reserve: «10s», attempts: 1, attempt-timeout: 5s}",
        "retries-over-deadline",
        "leaves nothing",
        "lower it",
    ),
    "minimum over the attempt's limit": (
        "retry: {attempts: 1, min-attempt: «10m», attempt-timeout: 9m}",
        "min-over-attempt",
        "an attempt of at least 10m is stopped after 9m",
        "write 9m or less",
    ),
    "a port twice": (
        "jobs: {t: {services: {cache: {image: 'x/y:1', ports: [«'6379:80'»]}}}}",
        "port-used-twice",
        "port 6379 is already taken by redis",
        "publish another one, such as 6380",
    ),
    "a family's port twice": (
        "jobs: {t: {services: {a: 'postgres:17', b: «'postgres:16'»}}}",
        "port-used-twice",
        "port 5432",
        "such as 5433",
    ),
    "a cluster's ports": (
        "redis: {topology: cluster}\njobs: {t: {services: {x: {image: 'x/y:1', ports: [«'6381:80'»]}}}}",
        "port-used-twice",
        "port 6381",
        "6382",
    ),
    "a password and a bare health command": (
        "redis: {password: random, health: {command: «redis-cli -e ping»}}",
        "health-without-password",
        "the health command sends none",
        "let it read REDISCLI_AUTH",
    ),
    "a service on Windows": (
        "jobs: {t: {runner: «windows-2025»}}",
        "services-need-linux",
        "windows-2025 runs no containers",
        "write ubuntu-24.04",
    ),
    "a service on macOS, by the workflow": (
        "workflow: {runner: «macos-26»}",
        "services-need-linux",
        "macos-26",
        "write ubuntu-24.04",
    ),
    "a service on a leg's macOS": (
        "jobs: {t: {runner: '${{ matrix.os }}', matrix: {axes: {os: [ubuntu-24.04, «macos-26»]}}}}",
        "services-need-linux",
        "macos-26 runs no containers",
        "write ubuntu-24.04",
    ),
    "no engine": ("workflow: {runner: «ubuntu-slim»}", "services-need-linux", "no Docker engine", "write"),
    "kernel and a random port": (
        "redis: {port: random}\nkernel: {overcommit: «1»}",
        "kernel-not-here",
        "another random port",
        "write kernel: false",
    ),
    "kernel in a container job": (
        "kernel: {thp: «never»}\njobs: {t: {container: 'golang:1.24'}}",
        "kernel-not-here",
        "a job container",
        "write kernel: false",
    ),
    "kernel under hooks": ("target: hooks\nkernel: {somaxconn: «1024»}", "kernel-not-here", "hooks", "write"),
    "descriptors": (
        "redis: {maxclients: 60000, nofile: «60000»}",
        "too-few-descriptors",
        "60000 connections need 60032 descriptors, and nofile allows 60000",
        "write nofile 60032 or more, or maxclients 59968 or less",
    ),
    "descriptors of the default": (
        "redis: {nofile: «1024»}",
        "too-few-descriptors",
        "10000 connections need 10032",
        "maxclients 992 or less",
    ),
    "clients over a hosted runner's": (
        "redis: {maxclients: «65536»}",
        "too-few-descriptors",
        "a hosted runner gives 65536",
        "write nofile 65568 too",
    ),
    "backlog alone": (
        "redis: {tcp-backlog: «65535»}",
        "backlog-pair",
        "tcp-backlog without somaxconn",
        "write somaxconn: 65535 too",
    ),
    "somaxconn alone": (
        "redis: {somaxconn: «65535»}",
        "backlog-pair",
        "somaxconn without tcp-backlog",
        "write tcp-backlog: 65535 too",
    ),
    "databases on act": (
        "target: act\nredis: {databases: «32»}",
        "boot-only",
        "databases is fixed when the server starts, and act passes no command",
        "write placement: step",
    ),
    "backlog on GHES": (
        "target: ghes\nredis: {tcp-backlog: «1024», somaxconn: 1024}",
        "boot-only",
        "tcp-backlog",
        "write placement: step",
    ),
    "a flag on act": (
        "target: act\nredis: {flags: {io-threads: «4»}}",
        "boot-only",
        "io-threads",
        "write placement: step",
    ),
    "a blank under hooks": (
        "target: hooks\nredis: {health: {command: «redis-cli -e ping»}}",
        "hooks-blank",
        "split options and command on blanks",
        "write it without a blank",
    ),
    "a blank in an option under hooks": (
        "target: hooks\nredis: {options: [--label, «'a b'»]}",
        "hooks-blank",
        "blanks",
        "write",
    ),
    "a blank in a flag under hooks": (
        "target: hooks\nredis: {flags: {client-output-buffer-limit: «pubsub 0 0 0»}}",
        "hooks-blank",
        "blanks",
        "write",
    ),
    "shards of a command": (
        "jobs: {t: {run: make test, shards: «3»}}",
        "shards-without-split",
        "all 3 shards would run the same tests",
        "split by $HOLDFAST_SHARD",
    ),
    "shards without a language": (
        "jobs: {t: {stack: none, shards: «3»}}",
        "shards-without-split",
        "no way to split",
        "write run with $HOLDFAST_SHARD",
    ),
    "password in a service": (
        "redis: {password: random, placement: «service»}",
        "needs-step",
        "password needs one",
        "write placement: step",
    ),
    "TLS in a service": (
        "redis: {tls: true, placement: «service»}",
        "needs-step",
        "tls",
        "write placement: step",
    ),
    "Sentinel in a service": (
        "redis: {topology: sentinel, placement: «service»}",
        "needs-step",
        "topology",
        "write placement: step",
    ),
    "Cluster in a job's service": (
        "redis: {topology: cluster}\njobs: {t: {redis: {placement: «service»}}}",
        "needs-step",
        "topology",
        "write placement: step",
    ),
    "a step in a container job": (
        "redis: {placement: «step»}\njobs: {t: {container: 'golang:1.24'}}",
        "step-in-container",
        "has no docker",
        "remove container",
    ),
    "a step under hooks": (
        "target: hooks\nredis: {placement: «step»}",
        "step-in-container",
        "hooks",
        "write",
    ),
    "a job's time limit": (
        "jobs: {t: {timeout: «20m»}}",
        "timeout-too-small",
        "the gate may take 1m, the tests 20m, set-up and upload 2m",
        "write 23m or more",
    ),
    "an unknown image": (
        "redis: {image: «'acme/cache:1'»}",
        "unknown-family",
        "'acme/cache:1' is no image that is known",
        "write family: redis",
    ),
    "an unknown image in the matrix": (
        "jobs: {t: {matrix: {redis: ['redis:8', «'acme/cache:1'»]}}}",
        "unknown-family",
        "'acme/cache:1'",
        "write family",
    ),
    "a setting that Dragonfly has not": (
        "redis: {image: 'dragonflydb/dragonfly:v1.30.0', maxmemory-policy: «allkeys-lru»}",
        "unknown-to-server",
        "dragonfly has no maxmemory-policy",
        "leave it out",
    ),
    "a setting that a leg's server has not": (
        "redis: {maxmemory: 1gb, maxmemory-policy: «noeviction»}\n"
        "jobs: {t: {matrix: {redis: ['redis:8.10-alpine', 'dragonflydb/dragonfly:v1.34.1']}}}",
        "unknown-to-server",
        "dragonfly has no maxmemory-policy",
        "leave it out (null where the profile sets it)",
    ),
    "an unknown image in a further leg": (
        "jobs: {t: {matrix: {include: [{redis: «'acme/cache:1'»}]}}}",
        "unknown-family",
        "'acme/cache:1'",
        "write family",
    ),
    "persistence that Dragonfly has not": (
        "redis: {image: 'dragonflydb/dragonfly:v1.34.1', persistence: «aof»}",
        "unknown-to-server",
        "dragonfly has no persistence",
        "leave it out",
    ),
    "flags for Dragonfly": (
        "redis: {image: 'dragonflydb/dragonfly:v1.34.1', flags: «{hz: 10}»}",
        "unknown-to-server",
        "dragonfly has no flags as Redis has them",
        "leave it out",
    ),
    "legs without a client in common": (
        "jobs: {t: {matrix: {redis: «['redis:8.10-alpine', 'eqalpha/keydb:v6.3.4']»}}}",
        "no-shared-probe",
        "no client program in common",
        "write redis.health.command",
    ),
    "another server in a step": (
        "redis: {password: random}\njobs: {t: {matrix: {redis: «['redis:8.10', 'valkey/valkey:9.1']»}}}",
        "leg-of-another-server",
        "the step starts redis, and a leg is another server",
        "write one job for each server",
    ),
    "another server in a further leg": (
        "jobs: {t: {matrix: {redis: ['redis:8.10'], include: [{redis: «'dragonflydb/dragonfly:v1.34.1'»}]}}}",
        "leg-of-another-server",
        "a command and a probe of its own",
        "write the image in matrix.redis",
    ),
    "a further leg beside one image": (
        "jobs: {t: {matrix: {include: [{redis: «'redis:8.0'»}]}}}",
        "leg-of-another-server",
        "a further leg",
        "write the image in matrix.redis",
    ),
    "too little for Dragonfly": (
        "redis: {image: 'dragonflydb/dragonfly:v1.30.0', maxmemory: «100mb»}",
        "unknown-to-server",
        "does not start with less than 256mb",
        "write maxmemory: 1gb",
    ),
    "a flag with a field": (
        "redis: {flags: {maxmemory: «1gb»}}",
        "flag-with-field",
        "maxmemory has a field of its own",
        "write redis.maxmemory",
    ),
    "a password as a flag": (
        "redis: {flags: {requirepass: «hunter2»}}",
        "written-password",
        "a password is never written in a file",
        "write redis.password",
    ),
    "a flag that hides the server": (
        "redis: {flags: {bind: «127.0.0.1»}}",
        "flag-unreachable",
        "bind",
        "remove it",
    ),
    "an option with a field": (
        "redis: {options: [«'--memory=1g'»]}",
        "option-with-field",
        "--memory has a field of its own",
        "write redis.memory",
    ),
    "an option that breaks": (
        "redis: {options: [«--network», host]}",
        "option-breaks",
        "--network",
        "remove it",
    ),
    "vm in a container": (
        "redis: {options: [--sysctl, «vm.overcommit_memory=1»]}",
        "option-breaks",
        "of the whole kernel",
        "write kernel.overcommit",
    ),
    "the repository's file": (
        "redis: {volumes: «'./redis.conf:/redis.conf'»}",
        "volume-before-checkout",
        "starts before the checkout",
        "write placement: step",
    ),
    "a cluster's random port": (
        "redis: {topology: cluster, port: «random»}",
        "random-port",
        "the servers of a cluster tell clients their ports",
        "write a number",
    ),
    "a secret in an image": (
        "redis: {image: «'${{ secrets.IMAGE }}'»}",
        "context-not-here",
        "secrets is not known yet",
        "use vars",
    ),
    "env in a service's command": (
        "jobs: {t: {services: {x: {image: 'x/y:1', command: «'serve ${{ env.PORT }}'»}}}}",
        "context-not-here",
        "env is not known yet",
        "use vars",
    ),
    "nodes of one server": (
        "redis: {nodes: «3»}",
        "nodes",
        "3 nodes of a standalone",
        "write topology: cluster",
    ),
    "too few for a Cluster": (
        "redis: {topology: cluster, nodes: «2»}",
        "nodes",
        "at least 3",
        "write nodes: 3",
    ),
    "too few for Sentinel": ("redis: {topology: sentinel, nodes: «1»}", "nodes", "replica", "write nodes: 2"),
    "the gate over maxclients": (
        "redis: {maxclients: «5»}",
        "gate-over-maxclients",
        "the gate holds 11 connections at once, and maxclients is 5",
        "readiness.connections: 4",
    ),
    "two services of one id": (
        "jobs: {t: {services: {redis: «'postgres:17'»}}}",
        "service-twice",
        "the id redis already",
        "choose another id",
    ),
    "no command": ("jobs: {t: {stack: «none»}}", "no-command", "no usual test command", "write run"),
    "versions of nothing": (
        "jobs: {t: {stack: none, run: make, versions: «'1'»}}",
        "versions-without-stack",
        "stack is none",
        "write stack",
    ),
    "too many legs": (
        "jobs: {t: {shards: «16», stack: go, versions: ['1', '2', '3', '4', '5', '6', '7', '8', '9'], "
        "matrix: {redis: ['redis:7.2', 'redis:8.10']}}}",
        "too-many-legs",
        "288 legs, and GitHub runs at most 256",
        "use fewer",
    ),
    "an axis twice": ("jobs: {t: {matrix: {axes: {redis: «[a]»}}}}", "axis-taken", "redis", "choose another"),
    "images without Redis": (
        "jobs: {t: {redis: false, matrix: {redis: «['redis:8']»}}}",
        "axis-taken",
        "this job has no Redis",
        "remove redis: false",
    ),
    "a step's key": (
        "jobs: {t: {before: [{run: a, «env_»: {}}]}}".replace("«env_»: {}", "env_: «{}»"),
        "step-key",
        "no key 'env_'",
        "write",
    ),
    "a step that does nothing": (
        "jobs: {t: {before: [«{name: a}»]}}",
        "step-key",
        "neither run nor uses",
        "write",
    ),
    "a need that is not": (
        "jobs: {test: {}, b: {needs: «tset»}}",
        "needs-unknown",
        "no job 'tset'",
        "write test",
    ),
    "a need of itself": ("jobs: {b: {needs: «b»}}", "needs-unknown", "needs itself", "remove it"),
    "a circle of needs": (
        "jobs: {a: {needs: «b»}, b: {needs: a}}",
        "needs-circle",
        "waits, through",
        "remove",
    ),
    "two jobs of one name": (
        "jobs: {test: {}}\nworkflow: {jobs: {Test: «{runs-on: x}»}}",
        "job-twice",
        "the id Test is taken already, by jobs.test",
        "choose another",
    ),
    "the job that joins shards": (
        "jobs: {test: {shards: 2}}\nworkflow: {jobs: {test-shards: «{runs-on: x}»}}",
        "job-twice",
        "the id test-shards is taken already, by jobs.test.shards",
        "choose another",
    ),
    "nothing starts it": (
        "workflow: {on: «{}»}",
        "no-trigger",
        "nothing starts the workflow",
        "write on: push",
    ),
    "filters together": (
        "workflow: {on: {push: {paths: [a], paths-ignore: «[b]»}}}",
        "filters-together",
        "paths and paths-ignore together",
        "with ! in front",
    ),
    "a version to come": (
        "required-version: «'>=99'»",
        "required-version",
        "the spec asks for >=99",
        "install a version that fits",
    ),
    "no version": (
        "required-version: «latest»",
        "required-version",
        "'latest' is not a condition",
        "write such",
    ),
    "a pattern": (
        "retry: {patterns: {refused: [ok, «'('»]}}",
        "bad-pattern",
        "cannot be read",
        "repair it",
    ),
}

ODD: dict[str, tuple[str, str, str, str]] = {
    "attempts that fit": (
        "retry: {attempts: «5», attempt-timeout: 18m, deadline: 20m}",
        "attempts-that-fit",
        "1 of 5 attempts of 18m fit in 20m",
        "write attempt-timeout: 208s for all 5",
    ),
    "a delay that no attempt follows": (
        "retry: {attempts: 5, attempt-timeout: 2m, delays: «[10s, 20s, 30s, 40s, 50s]»}",
        "delay-never-waited",
        "5 attempts have 4 waits between them, and 5 are listed: no attempt follows 50s",
        "remove",
    ),
    "a delay repeated": (
        "retry: {attempts: 5, attempt-timeout: 2m, delays: «[10s, 20s]»}",
        "delay-repeated",
        "2 delays are listed for 4 waits: the last, 20s, is repeated",
        "write them all",
    ),
    "an attempt over the deadline": (
        "retry: {attempts: 1, attempt-timeout: «30m»}",
        "attempt-over-deadline",
        "the deadline of 20m ends an attempt before its own limit of 30m",
        "write 19m or less",
    ),
    "an assertion retried": (
        "retry: {retry-on: «[assertion]»}",
        "retries-a-real-failure",
        "class assertion",
        "remove assertion",
    ),
    "a start interval alone": (
        "redis: {health: {start-interval: «1s»}}",
        "start-interval-alone",
        "there is none",
        "remove it",
    ),
    "a slow first probe": (
        "redis: {health: {start-period: «60s»}}",
        "slow-first-probe",
        "every 5 s inside the start period, whatever the interval of 1s says",
        "write start-interval: 1s",
    ),
    "nofile alone": (
        "redis: {nofile: «65535»}",
        "nofile-alone",
        "still takes 10000 clients",
        "write maxclients",
    ),
    "unequal queues": (
        "redis: {tcp-backlog: «1024», somaxconn: 2048}",
        "backlog-pair",
        "the queue holds 1024",
        "write 1024 for both",
    ),
    "no policy": ("redis: {maxmemory: «1gb»}", "maxmemory-without-policy", "writes fail at 1gb", "write"),
    "a limit alone": (
        "redis: {memory: «2g»}",
        "memory-without-maxmemory",
        "grows to 2gb and is killed",
        "write maxmemory: 1536mb",
    ),
    "a variable that nobody reads": (
        "redis: {env: {REDIS_MAXMEMORY: «1gb»}}",
        "env-without-effect",
        "does not read REDIS_MAXMEMORY",
        "write the setting itself",
    ),
    "a port of the runner's own": (
        "redis: {port: «40000»}",
        "ephemeral-port",
        "port 40000 is among those that the runner gives",
        "write one below 32768",
    ),
    "over a hosted runner's limit": (
        "jobs: {t: {timeout: «8h»}}",
        "over-hosted-limit",
        "a hosted runner ends the job after 6h, before 8h",
        "write 6h or less",
    ),
    "an ended image": (
        "redis: {image: «'redis/redis-stack-server:7.4.0-v3'»}",
        "image-ended",
        "December 2025",
        "use redis:8.10-alpine",
    ),
    "a kernel for nothing": (
        "jobs: {t: {redis: false, kernel: {thp: «never»}}}",
        "kernel-without-redis",
        "no Redis to tune for",
        "write kernel: false",
    ),
    "a random port that is not published": (
        "redis: {port: «random»}\njobs: {t: {container: 'golang:1.24'}}",
        "port-in-container",
        "nothing is published",
        "remove it",
    ),
}

# Near misses: what each refusal leaves alone.
ALLOWED = {
    "75 % exactly": "redis: {memory: 1g, maxmemory: 768mb}",
    "full": "profile: full",
    "retries that just fit": "retry: {attempts: 5, min-attempt: 208s, deadline: 20m}",
    "ports of two protocols": (
        "jobs: {t: {services: {a: {image: 'x/y:1', ports: ['6379:6379/udp']}, "
        "b: {image: 'x/z:1', ports: [80]}}}}"
    ),
    "ports in a container job": (
        "jobs: {t: {container: 'golang:1.24', services: {a: 'postgres:17', b: 'postgres:16'}}}"
    ),
    "a password with its health command": (
        "redis: {password: random, health: {command: 'REDISCLI_AUTH=$PW redis-cli -e ping'}}"
    ),
    "Windows without containers": "jobs: {t: {redis: false, runner: windows-2025}}",
    "a self-hosted runner": "jobs: {t: {runner: [self-hosted, linux]}}",
    "kernel in full, not in a container job": (
        "profile: full\njobs: {t: {container: 'golang:1.24', kernel: false}}"
    ),
    "kernel with a random port and a step": "redis: {port: random, placement: step}\nkernel: {thp: never}",
    "full without Redis": "profile: full\njobs: {t: {redis: false}}",
    "descriptors": "redis: {maxclients: 60000, nofile: 60032}",
    "both queues": "redis: {tcp-backlog: 65535, somaxconn: 65535}",
    "boot-only in a step on act": "target: act\nredis: {databases: 32, placement: step}",
    "boot-only by a variable": "target: ghes\nredis: {image: 'valkey/valkey:9.1-alpine', databases: 32}",
    "run-time settings on act": "target: act\nredis: {maxmemory: 1gb, maxclients: 500, flags: {hz: 20}}",
    "no blank under hooks": "target: hooks\nredis: {health: {command: 'redis-cli${IFS}-e${IFS}ping'}}",
    "shards of a language": "jobs: {t: {stack: go, shards: 3}}",
    "shards that split": "jobs: {t: {run: 'make $HOLDFAST_SHARD', shards: 3}}",
    "a time limit": "jobs: {t: {timeout: 23m}}",
    "a time limit without Redis": "jobs: {t: {redis: false, timeout: 22m}}",
    "a family that is told": "redis: {image: 'acme/cache:1', family: valkey}",
    "an image from the matrix": "redis: {image: '${{ vars.REDIS_IMAGE }}'}",
    "Dragonfly's own settings": "redis: {image: 'dragonflydb/dragonfly:v1.30.0', maxmemory: 1gb}",
    "an image that the matrix replaces": (
        "redis: {image: 'dragonflydb/dragonfly:v1.34.1', maxmemory-policy: noeviction}\n"
        "jobs: {t: {matrix: {redis: ['redis:8.10-alpine']}}}"
    ),
    "legs with a client in common": (
        "jobs: {t: {matrix: {redis: ['redis:8.10', 'valkey/valkey:9.1', 'dragonflydb/dragonfly:v1.34.1']}}}"
    ),
    "legs with a probe of one's own": (
        "redis: {health: {command: /probe}}\n"
        "jobs: {t: {matrix: {redis: ['redis:8.10', 'eqalpha/keydb:v6.3.4']}}}"
    ),
    "a further leg of the same server": (
        "jobs: {t: {matrix: {redis: ['redis:8.10'], include: [{redis: 'redis:8.0', node: '24'}]}}}"
    ),
    "256 legs": "jobs: {t: {stack: go, shards: 256}}",
    "a step": "jobs: {t: {before: [{uses: a/b@v1, with: {x: 1}}], after: [{run: make, if: always()}]}}",
    "needs of a further job": "jobs: {t: {needs: lint}}\nworkflow: {jobs: {lint: {runs-on: ubuntu-24.04}}}",
    "only called": "workflow: {on: {workflow_call: }}",
    "this version": "required-version: '>=0.1,<99'",
    "this line of versions": "required-version: ~=0.1",
    "patterns": "retry: {patterns: {refused: 'no route to cache', reset: ['a|b', '[[:space:]]x']}}",
    "other options": "redis: {options: [--cpus, '1', --sysctl, net.ipv4.tcp_keepalive_time=60]}",
    "Valkey's variable": "redis: {image: 'valkey/valkey:9.1-alpine', env: {VALKEY_EXTRA_FLAGS: --hz 20}}",
    "a volume of the runner's": "redis: {volumes: ['/tmp/data:/data', 'cache:/cache']}",
    "a file in a step": "redis: {placement: step, volumes: './redis.conf:/redis.conf'}",
    "vars in an image": "redis: {image: '${{ vars.IMAGE }}', options: ['--label=${{ github.sha }}']}",
    "secrets in a service's env": "jobs: {t: {services: {x: {image: 'x/y:1', env: {P: '${{ secrets.P }}'}}}}}",
    "long on one's own runner": "jobs: {t: {runner: self-hosted, timeout: 8h}}",
    "256 MB for Dragonfly": "redis: {image: 'dragonflydb/dragonfly:v1.34.1', maxmemory: 256mb}",
    "two for Sentinel": "redis: {topology: sentinel, nodes: 2}",
    "a further axis": "jobs: {t: {matrix: {axes: {os: [a, b]}}}}",
    "a command without a language": "jobs: {t: {stack: none, run: make}}",
    "an empty password": "redis: {image: 'bitnami/redis:8', env: {ALLOW_EMPTY_PASSWORD: 'yes'}}",
    "a password that is a secret": "redis: {image: 'bitnami/redis:8', env: {REDIS_PASSWORD: '${{ secrets.P }}'}}",
    "an expression under hooks": "target: hooks\nredis: {options: ['--label=${{ github.sha }}']}",
    "all delays": "retry: {attempts: 5, attempt-timeout: 2m, delays: [10s, 20s, 30s, 40s]}",
}


@pytest.mark.parametrize(("text", "rule", "message", "cure"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_work_is_refused(text: str, rule: str, message: str, cure: str) -> None:
    found = found_at(text, rule)
    assert found.severity is Severity.ERROR
    assert message in found.message
    assert cure in found.cure


@pytest.mark.parametrize(("text", "rule", "message", "cure"), ODD.values(), ids=ODD)
def test_what_is_odd_is_said_and_allowed(text: str, rule: str, message: str, cure: str) -> None:
    found = found_at(text, rule)
    assert found.severity is Severity.NOTICE
    assert message in found.message
    assert cure in found.cure
    assert isinstance(read_spec(Source("holdfast.yml", text.replace("«", "").replace("»", ""))), Spec)


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_near_misses_are_allowed(text: str) -> None:
    spec(text)


def test_six_hours_are_what_a_hosted_runner_gives() -> None:
    assert findings("jobs: {t: {timeout: 6h}}") == ()


def test_a_circle_that_does_not_hold_its_start_is_found() -> None:
    rules = [found.rule for found in findings("jobs: {a: {needs: b}, b: {needs: c}, c: {needs: b}}")]
    assert rules == ["needs-circle"]


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("==0.1.0", True),
        ("0.1", True),
        ("==0.1.*", True),
        ("==0.2.*", False),
        ("!=0.1.0", False),
        ("!=0.2", True),
        (">=0.1.0", True),
        (">=0.1.1", False),
        ("<=0.1.0", True),
        ("<=0.0.9", False),
        (">0.1.0", False),
        (">0.0.9", True),
        ("<0.1.0", False),
        ("<0.1.1", True),
        ("~=0.1.0", True),
        ("~=0.2.0", False),
        (">=0.1, <0.1", False),
    ],
)
def test_required_version_is_compared_by_number(
    asked: str, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.spec.checks.workflow.__version__", "0.1.0")
    assert (
        "required-version" in {found.rule for found in findings(f"required-version: '{asked}'")}
    ) is not fits


def test_a_conflict_points_at_both_places() -> None:
    found = found_at("redis: {memory: 1g, maxmemory: «800mb»}", "maxmemory-share")
    assert [(also.place.line, also.place.col) for also in found.also] == [(1, 17)]


def test_what_two_jobs_share_is_said_once() -> None:
    rules = [found.rule for found in findings("redis: {somaxconn: 9}\njobs: {a: {}, b: {}, c: {}}")]
    assert rules == ["backlog-pair"]


def test_every_refusal_of_the_checks_has_a_test() -> None:
    tested = {rule for _, rule, _, _ in [*REFUSED.values(), *ODD.values()]}
    spoken = {rule for check in checks.EVERY for rule, _ in rules_of(check)}
    assert spoken == tested
