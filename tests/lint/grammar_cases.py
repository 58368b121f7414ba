"""Small workflows written for this project: what GitHub refuses, marked at the exact place, and what it takes.

In a text, `«rule|span»` marks an error expected at that span; a text without marks is accepted. The bases save
the lines that every case shares: WHOLE is the text itself, ON stands below `on:`, TOP beside `on` and `jobs`, JOB
below a job that runs, CALL below a job that calls, STEP is the list of steps, SERVICE below a service.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WHOLE, ON, TOP, JOB, CALL, STEP, SERVICE = "whole", "on", "top", "job", "call", "step", "service"
_RUNS = "jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n"


class Case(NamedTuple):
    """A text and its errors: (line, column, end line, end column, rule), sorted."""

    name: str
    text: str
    errors: tuple[tuple[int, int, int, int, str], ...]


def _indented(text: str, by: int) -> str:
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


def _whole(base: str, text: str) -> str:
    text = text if text.endswith("\n") or base == WHOLE else text + "\n"
    return {
        WHOLE: lambda: text,
        ON: lambda: f"on:\n{_indented(text, 2)}{_RUNS}",
        TOP: lambda: f"on: push\n{text}{_RUNS}",
        JOB: lambda: f"on: push\n{_RUNS}{_indented(text, 4)}",
        CALL: lambda: (
            f"on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/b.yml@v1\n{_indented(text, 4)}"
        ),
        STEP: lambda: f"on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{_indented(text, 6)}",
        SERVICE: lambda: f"on: push\n{_RUNS}    services:\n      redis:\n{_indented(text, 8)}",
    }[base]()


def _case(number: int, base: str, text: str) -> Case:
    plain, errors, at, end = "", [], 0, 0
    marked = _whole(base, text)
    for mark in re.finditer(r"«([a-z-]+)\|(.*?)»", marked, re.DOTALL):
        plain += marked[end : mark.start()]
        at = len(plain)
        plain += mark.group(2)
        errors.append((*_place(plain, at), *_place(plain, len(plain)), mark.group(1)))
        end = mark.end()
    plain += marked[end:]
    return Case(f"{number:03}-{base}", plain, tuple(sorted(errors)))


def _place(text: str, at: int) -> tuple[int, int]:
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


_BAD: tuple[tuple[str, str], ...] = (
    # the file as YAML
    (WHOLE, "on: push\njobs:\n  a: «yaml-syntax|*b»\n"),
    (WHOLE, "on: push\nname: a«yaml-syntax|:» b\n"),
    (WHOLE, "on: push\njobs:\n«yaml-syntax|\t»a:\n"),
    (WHOLE, "on: push\nname: «yaml-syntax|@»a\n"),
    (WHOLE, "on: push\nname: «yaml-syntax|`»a`\n"),
    (WHOLE, "on: push\nname: «yaml-syntax|%»a\n"),
    (WHOLE, f"on: push\n{_RUNS}«yaml-syntax|---»\non: push\n"),
    (WHOLE, "on: push\njobs: &x\n  a: «yaml-syntax|*x»\n"),
    (WHOLE, "on: push\nname: «yaml-syntax|!thing» a\n" + _RUNS),
    (WHOLE, "on: push\nname: «yaml-syntax|!!int» a\n" + _RUNS),
    (WHOLE, "on: push\nname: a«yaml-syntax|\0»b\n"),
    # the top
    (WHOLE, "«missing-key|jobs»:\n  a:\n    runs-on: x\n    steps: []\n"),
    (WHOLE, "«missing-key|on»: push\n"),
    (WHOLE, "on: push\njobs: «empty-jobs|{}»\n"),
    (WHOLE, "on: push\njobs: «wrong-type|[]»\n"),
    (WHOLE, "on: push\njobs: «wrong-type|5»\n"),
    (WHOLE, "«wrong-type|-» a\n"),
    (WHOLE, "«wrong-type|text»\n"),
    (TOP, "«unknown-key|nmae»: a\n"),
    (TOP, "«unknown-key|Name»: a\n"),
    (TOP, "«unknown-key|steps»: []\n"),
    (TOP, "«unknown-key|runs-on»: x\n"),
    (TOP, "name: a\n«duplicate-key|name»: b\n"),
    (TOP, "«duplicate-key|on»: push\n"),
    (TOP, "«duplicate-key|ON»: push\n"),
    (TOP, "name: «wrong-type|[»a]\n".replace("«wrong-type|[»a]", "«wrong-type|[a]»")),
    (TOP, "name: «wrong-type|{a: b}»\n"),
    (TOP, "name: «forbidden-expression|${{ github.ref }}»\n"),
    (TOP, "run-name: ${{ «unknown-context|envs».A }}\n"),
    (TOP, "run-name: ${{ «forbidden-context|env».A }}\n"),
    (TOP, "env: «wrong-type|a»\n"),
    (TOP, "env:\n  A: «wrong-type|[1]»\n"),
    (TOP, "env:\n  A:\n    «wrong-type|b»: c\n"),
    (TOP, "env:\n  A: 1\n  «duplicate-key|a»: 2\n"),
    (TOP, "permissions: «unknown-value|write»\n"),
    (TOP, "permissions: «wrong-type|[read]»\n"),
    (TOP, "permissions:\n  «unknown-permission|content»: read\n"),
    (TOP, "permissions:\n  contents: «unknown-value|admin»\n"),
    (TOP, "permissions:\n  id-token: «unknown-value|read»\n"),
    (TOP, "permissions:\n  models: «unknown-value|write»\n"),
    (TOP, "permissions:\n  contents: «unknown-value|true»\n"),
    (TOP, "permissions:\n  contents: «forbidden-expression|${{ vars.A }}»\n"),
    (TOP, "permissions:«wrong-type|»\n".replace("«wrong-type|»", "«unknown-value|»")),
    (TOP, "concurrency:\n  «missing-key|cancel-in-progress»: true\n"),
    (TOP, "concurrency:\n  group: a\n  cancel-in-progress: «wrong-type|'true'»\n"),
    (TOP, "concurrency:\n  group: a\n  «unknown-key|cancel»: true\n"),
    (TOP, "concurrency:\n  group: «empty-value|''»\n"),
    (TOP, "concurrency:\n  group: a\n  queue: «unknown-value|many»\n"),
    (TOP, "concurrency:\n  group: a\n  «queue-with-cancel|queue»: max\n  cancel-in-progress: true\n"),
    (TOP, "concurrency: ${{ «forbidden-context|matrix».a }}\n"),
    (TOP, "defaults: «wrong-type|bash»\n"),
    (TOP, "defaults:\n  run:\n    shell: «empty-value|''»\n"),
    (TOP, "defaults:\n  run:\n    «unknown-key|shel»: bash\n"),
    (TOP, "defaults:\n  «unknown-key|shell»: bash\n"),
    (TOP, "defaults:\n  run:\n    shell: «forbidden-expression|${{ vars.A }}»\n"),
    (TOP, "cache-mode: «unknown-value|readonly»\n"),
    # events
    (ON, "«unknown-event|pushes»:\n"),
    (ON, "«unknown-event|pull-request»:\n"),
    (ON, "«unknown-event|Push»:\n"),
    (ON, "push: «wrong-type|main»\n"),
    (ON, "push: «wrong-type|[main]»\n"),
    (ON, "push:\n  «unknown-key|branch»: [main]\n"),
    (ON, "push:\n  «unknown-key|types»: [opened]\n"),
    (ON, "push:\n  branches: «wrong-type|{a: b}»\n"),
    (ON, "push:\n  branches: «empty-value|''»\n"),
    (ON, "push:\n  branches: [a, «empty-value|''»]\n"),
    (ON, "push:\n  branches: [a, «wrong-type|[b]»]\n"),
    (ON, "push:\n  branches: «forbidden-expression|${{ vars.B }}»\n"),
    (ON, "push:\n  branches: a\n  «conflicting-filters|branches-ignore»: b\n"),
    (ON, "push:\n  tags: a\n  «conflicting-filters|tags-ignore»: b\n"),
    (ON, "pull_request:\n  paths: a\n  «conflicting-filters|paths-ignore»: b\n"),
    (ON, "pull_request:\n  «unknown-key|tags»: [a]\n"),
    (ON, "pull_request:\n  types: «unknown-activity-type|open»\n"),
    (ON, "pull_request:\n  types: [opened, «unknown-activity-type|Closed»]\n"),
    (ON, "pull_request_target:\n  types: [«unknown-activity-type|merged»]\n"),
    (ON, "issues:\n  types: [«unknown-activity-type|synchronize»]\n"),
    (ON, "release:\n  types: [«unknown-activity-type|publish»]\n"),
    (ON, "watch:\n  types: «unknown-activity-type|stopped»\n"),
    (ON, "fork: «wrong-type|{types: [a]}»\n"),
    (ON, "create:\n  «wrong-type|branches»: a\n"),
    (ON, "schedule: «wrong-type|'0 0 * * *'»\n"),
    (ON, "schedule:\n  «wrong-type|cron»: '0 0 * * *'\n"),
    (ON, "schedule:\n  - «missing-key|timezone»: UTC\n"),
    (ON, "schedule:\n  - cron: '0 0 * * *'\n    «unknown-key|zone»: UTC\n"),
    (ON, "schedule:\n  - cron: «broken-cron|»«empty-value|''»\n"),
    (ON, "workflow_run:\n  workflows: «wrong-type|{a: b}»\n"),
    (ON, "workflow_run:\n  workflows: CI\n  types: «unknown-activity-type|success»\n"),
    (ON, "workflow_dispatch:\n  «unknown-key|input»: {}\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a:\n      «unknown-key|desc»: b\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a:\n      type: «unknown-value|text»\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a:\n      required: «wrong-type|'true'»\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a:\n      «options-without-choice|type»: choice\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a:\n      «options-without-choice|options»: [b]\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a: «wrong-type|text»\n"),
    (ON, "workflow_dispatch:\n  inputs:\n    a: {}\n    «duplicate-key|A»: {}\n"),
    (ON, "workflow_call:\n  inputs:\n    a:\n      «missing-key|required»: true\n"),
    (ON, "workflow_call:\n  inputs:\n    a:\n      type: «unknown-value|choice»\n"),
    (ON, "workflow_call:\n  inputs:\n    a:\n      type: string\n      «unknown-key|options»: [a]\n"),
    (ON, "workflow_call:\n  secrets:\n    a:\n      required: «wrong-type|1»\n"),
    (ON, "workflow_call:\n  outputs:\n    a:\n      «missing-key|description»: b\n"),
    (ON, "workflow_call:\n  outputs:\n    a:\n      value: ${{ «forbidden-context|steps».a }}\n"),
    (ON, "workflow_call: «wrong-type|a»\n"),
    (WHOLE, "on: «unknown-event|commit»\n" + _RUNS),
    (WHOLE, "on: [push, «unknown-event|commit»]\n" + _RUNS),
    (WHOLE, "on: [push, «wrong-type|[tag]»]\n" + _RUNS),
    (WHOLE, "on: «unknown-event|»\n".replace(" «unknown-event|»", "«unknown-event|»") + _RUNS),
    # jobs
    (JOB, "«unknown-key|run-on»: a\n"),
    (JOB, "«unknown-key|timeout»: 5\n"),
    (JOB, "«unknown-key|uses»: o/r/.github/workflows/b.yml@v1\n"),
    (JOB, "«unknown-key|with»: {}\n"),
    (JOB, "«duplicate-key|steps»: []\n"),
    (JOB, "timeout-minutes: «wrong-type|'5'»\n"),
    (JOB, "timeout-minutes: «wrong-type|five»\n"),
    (JOB, "timeout-minutes: «wrong-type|[5]»\n"),
    (JOB, "timeout-minutes: ${{ «forbidden-context|env».A }}\n"),
    (JOB, "continue-on-error: «wrong-type|yes»\n"),
    (JOB, "continue-on-error: «wrong-type|'false'»\n"),
    (
        WHOLE,
        "on: push\njobs:\n  «needs-cycle|a»:\n    needs: «unknown-need|b»\n    runs-on: c\n    steps: []\n",
    ),
    (JOB, "needs: «wrong-type|{b: c}»\n"),
    (JOB, "needs: «forbidden-expression|${{ vars.A }}»\n"),
    (JOB, "name: «wrong-type|[a]»\n"),
    (JOB, "if: «wrong-type|[a]»\n"),
    (JOB, "if: «forbidden-context|secrets».A\n"),
    (JOB, "if: «forbidden-context|steps».a.outcome\n"),
    (JOB, "if: «forbidden-function|hashFiles»('a')\n"),
    (JOB, "if: «unknown-function|allways»()\n"),
    (JOB, "env: «wrong-type|[a]»\n"),
    (JOB, "env:\n  A: ${{ «forbidden-context|runner».os }}\n"),
    (JOB, "outputs: «wrong-type|a»\n"),
    (JOB, "outputs:\n  a: «wrong-type|[b]»\n"),
    (JOB, "strategy: «wrong-type|a»\n"),
    (JOB, "strategy:\n  «unknown-key|failfast»: true\n"),
    (JOB, "strategy:\n  fail-fast: «wrong-type|'no'»\n"),
    (JOB, "strategy:\n  max-parallel: «wrong-type|two»\n"),
    (JOB, "strategy:\n  matrix: «wrong-type|[a]»\n"),
    (JOB, "strategy:\n  matrix:\n    os: «wrong-type|a»\n"),
    (JOB, "strategy:\n  matrix:\n    os:\n      «wrong-type|a»: b\n"),
    (JOB, "strategy:\n  matrix:\n    include: «wrong-type|{a: b}»\n"),
    (JOB, "strategy:\n  matrix:\n    include: [«wrong-type|a»]\n"),
    (JOB, "strategy:\n  matrix:\n    os: [a]\n    «duplicate-key|OS»: [b]\n"),
    (JOB, "strategy:\n  matrix:\n    os: [a]\n    exclude: «wrong-type|a»\n"),
    (JOB, "strategy: ${{ fromJSON(«forbidden-context|matrix».a) }}\n"),
    (JOB, "container: «wrong-type|[a]»\n"),
    (JOB, "container: «imageless-container|{}»\n"),
    (JOB, "container:\n  image: «empty-value|''»\n"),
    (JOB, "container:\n  image: a\n  «unknown-key|command»: b\n"),
    (JOB, "container:\n  image: a\n  «unknown-key|entrypoint»: b\n"),
    (JOB, "container:\n  image: a\n  ports: «wrong-type|80»\n"),
    (JOB, "container:\n  image: a\n  volumes: «wrong-type|a:b»\n"),
    (JOB, "container:\n  image: a\n  credentials:\n    «unknown-key|user»: b\n"),
    (
        JOB,
        "container:\n  image: a\n  credentials:\n    username: «empty-value|''»\n"
        "    password: ${{ secrets.P }}\n",
    ),
    (JOB, "services: «wrong-type|[redis]»\n"),
    (JOB, "services: «wrong-type|redis»\n"),
    (JOB, "environment: «wrong-type|[a]»\n"),
    (JOB, "environment:\n  «missing-key|url»: https://a.example\n"),
    (JOB, "environment:\n  name: a\n  «unknown-key|link»: b\n"),
    (JOB, "environment:\n  name: a\n  deployment: «wrong-type|'no'»\n"),
    (JOB, "snapshot:\n  «missing-key|version»: 1.*\n"),
    (JOB, "snapshot: «empty-value|''»\n"),
    (JOB, "cache-mode: «unknown-value|off»\n"),
    (JOB, "concurrency: «empty-value|''»\n"),
    (JOB, "defaults:\n  run:\n    working-directory: «empty-value|''»\n"),
    (JOB, "permissions: «unknown-value|none»\n"),
    (WHOLE, "on: push\njobs:\n  a: «wrong-type|text»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    «missing-key|steps»: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    «missing-key|name»: b\n"),
    (WHOLE, "on: push\njobs:\n  a: «missing-key|{}»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: «empty-value|''»\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: [«wrong-type|[b]»]\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on:\n      «unknown-key|label»: b\n    steps: []\n"),
    (
        WHOLE,
        "on: push\njobs:\n  a:\n    runs-on:\n      group: «malformed-runner-group|x/y»\n    steps: []\n",
    ),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: ${{ «forbidden-context|env».A }}\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  «malformed-id|1a»:\n    runs-on: b\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  «malformed-id|a b»:\n    runs-on: b\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  «malformed-id|__a»:\n    runs-on: b\n    steps: []\n"),
    (WHOLE, f"on: push\n{_RUNS}  «duplicate-key|A»:\n    runs-on: b\n    steps: []\n"),
    (WHOLE, f"on: push\n{_RUNS}  b:\n    needs: «unknown-need|c»\n    runs-on: b\n    steps: []\n"),
    (WHOLE, f"on: push\n{_RUNS}  b:\n    needs: [a, «unknown-need|A»]\n    runs-on: b\n    steps: []\n"),
    (WHOLE, f"on: push\n{_RUNS}  b:\n    needs: «needs-cycle|b»\n    runs-on: b\n    steps: []\n"),
    (
        WHOLE,
        f"on: push\n{_RUNS}  b:\n    needs: «needs-cycle|c»\n    runs-on: b\n    steps: []\n"
        "  c:\n    needs: [a, «needs-cycle|b»]\n    runs-on: b\n    steps: []\n",
    ),
    (WHOLE, f"on: push\nconcurrency: g\n{_RUNS}    concurrency: «concurrency-deadlock|g»\n"),
    # jobs that call
    (CALL, "«unknown-key|runs-on»: a\n"),
    (CALL, "«unknown-key|steps»: []\n"),
    (CALL, "«unknown-key|env»: {A: b}\n"),
    (CALL, "«unknown-key|services»: {}\n"),
    (CALL, "«unknown-key|timeout-minutes»: 5\n"),
    (CALL, "with: «wrong-type|a»\n"),
    (CALL, "with:\n  a: «wrong-type|[b]»\n"),
    (CALL, "with:\n  a: ${{ «forbidden-context|secrets».B }}\n"),
    (CALL, "secrets: «unknown-value|all»\n"),
    (CALL, "secrets:\n  a: «wrong-type|[b]»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: «empty-value|''»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: «malformed-call|./other/b.yml»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: «malformed-call|o/r/.github/workflows/b.yml»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: «malformed-call|./.github/workflows/b.yml@v1»\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: «malformed-call|./.github/workflows/b.sh»\n"),
    # steps
    (STEP, "- «missing-key|name»: a\n"),
    (STEP, "- «missing-key|{}»\n"),
    (STEP, "- «wrong-type|make»\n"),
    (STEP, "- «wrong-type|[a]»\n"),
    (STEP, "- run: a\n  «unknown-key|uses»: b/c@v1\n"),
    (STEP, "- uses: b/c@v1\n  «unknown-key|run»: a\n"),
    (STEP, "- run: a\n  «unknown-key|with»: {a: b}\n"),
    (STEP, "- uses: b/c@v1\n  «unknown-key|shell»: bash\n"),
    (STEP, "- uses: b/c@v1\n  «unknown-key|working-directory»: d\n"),
    (STEP, "- run: a\n  «unknown-key|cwd»: b\n"),
    (STEP, "- run: a\n  «duplicate-key|run»: b\n"),
    (STEP, "- run: «wrong-type|[a]»\n"),
    (STEP, "- run: a\n  env: «wrong-type|b»\n"),
    (STEP, "- run: a\n  env: «wrong-type|[B]»\n"),
    (STEP, "- run: a\n  timeout-minutes: «wrong-type|'5'»\n"),
    (STEP, "- run: a\n  continue-on-error: «wrong-type|maybe»\n"),
    (STEP, "- run: a\n  shell: «empty-value|''»\n"),
    (STEP, "- run: a\n  shell: «forbidden-expression|${{ matrix.shell }}»\n"),
    (STEP, "- run: a\n  id: «malformed-id|b c»\n"),
    (STEP, "- run: a\n  id: «malformed-id|__b»\n"),
    (STEP, "- run: a\n  id: «empty-value|''»\n"),
    (STEP, "- run: a\n  id: b\n- run: c\n  id: «duplicate-step-id|b»\n"),
    (STEP, "- uses: «empty-value|''»\n"),
    (STEP, "- uses: «forbidden-expression|b/c@${{ vars.V }}»\n"),
    (STEP, "- uses: b/c@v1\n  with: «wrong-type|d»\n"),
    (STEP, "- uses: b/c@v1\n  with:\n    d: «wrong-type|[e]»\n"),
    (STEP, "- uses: b/c@v1\n  with:\n    d: 1\n    «duplicate-key|D»: 2\n"),
    (STEP, "- wait: «unknown-wait-target|b»\n"),
    (STEP, "- wait: b\n  «unknown-key|run»: c\n".replace("wait: b", "wait: «unknown-wait-target|b»")),
    (STEP, "- wait-all: «misplaced-step|false»\n"),
    (STEP, "- wait-all: «wrong-type|yes»\n"),
    (STEP, "- cancel: «wrong-type|[b]»\n"),
    (STEP, "- run: a\n  background: «wrong-type|'true'»\n"),
    (STEP, "- parallel: «wrong-type|a»\n"),
    (STEP, "- «misplaced-step|parallel»:\n    - wait-all:\n"),
    (STEP, "- «misplaced-step|parallel»:\n    - parallel:\n        - run: a\n"),
    (STEP, "- parallel:\n    - run: a\n  «unknown-key|if»: always()\n"),
    (STEP, '- run: echo ${{ «expression-syntax|"a"» }}\n'),
    (STEP, "- run: «expression-syntax|${{» github.ref\n"),
    (STEP, "- run: echo ${{ «unknown-context|gihub».ref }}\n"),
    (STEP, "- run: echo ${{ «wrong-argument-count|startsWith»('a') }}\n"),
    (STEP, "- run: echo ${{ «forbidden-function|success»() }}\n"),
    (STEP, "- run: a\n  if: «forbidden-context|secrets».A != ''\n"),
    # services
    (SERVICE, "«unknown-key|imgae»: redis\nimage: redis:7\n"),
    (SERVICE, "image: «empty-value|''»\n"),
    (SERVICE, "image: «wrong-type|[redis]»\n"),
    (SERVICE, "«imageless-container|ports»: ['6379:6379']\n"),
    (SERVICE, "image: redis:7\nports: «wrong-type|6379:6379»\n"),
    (SERVICE, "image: redis:7\nports: [«empty-value|''»]\n"),
    (SERVICE, "image: redis:7\nenv: «wrong-type|[A=b]»\n"),
    (SERVICE, "image: redis:7\noptions: «wrong-type|[--health-cmd]»\n"),
    (SERVICE, "image: redis:7\ncommand: «wrong-type|[--save, '']»\n"),
    (SERVICE, "image: redis:7\n«unknown-key|health-cmd»: redis-cli ping\n"),
    (SERVICE, "image: ${{ «forbidden-context|env».IMAGE }}\n"),
    (SERVICE, "image: redis:7\n«duplicate-key|image»: redis:6\n"),
)

_GOOD: tuple[tuple[str, str], ...] = (
    (WHOLE, "on: push\n" + _RUNS),
    (WHOLE, "\ufeffon: push\n" + _RUNS),
    (WHOLE, "on: push\r\n" + _RUNS.replace("\n", "\r\n")),
    (WHOLE, ("on: push\n" + _RUNS).rstrip("\n")),
    (WHOLE, "---\non: push\n" + _RUNS + "...\n"),
    (WHOLE, "{on: push, jobs: {a: {runs-on: x, steps: [{run: make}]}}}\n"),
    (WHOLE, '"on": push\n' + _RUNS),
    (WHOLE, "on:\tpush\n" + _RUNS),
    (WHOLE, "# 😀\non: push # é\nname: 😀 «»".replace("«»", "x") + "\n" + _RUNS),
    (WHOLE, "on: [push, pull_request, workflow_dispatch]\n" + _RUNS),
    (WHOLE, "on: &e [push]\n" + _RUNS + "  b: &b\n    runs-on: x\n    steps: []\n  c: *b\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: x\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: [self-hosted, linux]\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: {group: large, labels: [b]}\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: ${{ fromJSON(vars.RUNNER) }}\n    steps: []\n"),
    (WHOLE, "on: push\njobs:\n  a:\n    runs-on: {group: org/large}\n    steps: []\n"),
    (TOP, "name:\n"),
    (TOP, "name: 5\n"),
    (TOP, "name: true\n"),
    (TOP, "description: a workflow\n"),
    (TOP, "run-name: by ${{ github.actor }} ${{ inputs.a }} ${{ vars.B }}\n"),
    (TOP, "env:\n  A: 1\n  B: true\n  C:\n  D: ${{ secrets.D }}\n"),
    (TOP, "env: ${{ fromJSON(vars.ENV) }}\n"),
    (TOP, "env: {}\n"),
    (TOP, "permissions: {}\n"),
    (TOP, "permissions: read-all\n"),
    (TOP, "permissions: write-all\n"),
    (TOP, "permissions:\n  id-token: write\n  attestations: write\n  models: read\n  pages: none\n"),
    (TOP, "concurrency: a\n"),
    (TOP, "concurrency: ${{ github.ref }}\n"),
    (TOP, "concurrency:\n  group: a-${{ github.ref }}\n  cancel-in-progress: ${{ github.ref != 'a' }}\n"),
    (TOP, "concurrency:\n  group: a\n  queue: max\n"),
    (TOP, "defaults:\n  run:\n    shell: bash\n    working-directory: a\n"),
    (TOP, "cache-mode: write-only\n"),
    (ON, "push:\n"),
    (ON, "push:\n  branches: main\n  tags: ['v*']\n  paths-ignore: ['**.md']\n"),
    (ON, "push:\n  branches-ignore: ['a/**']\n  tags-ignore: [v1]\n  paths: [src/**]\n"),
    (ON, "pull_request:\n  types: [opened, synchronize, enqueued, auto_merge_enabled]\n  branches: [main]\n"),
    (ON, "pull_request_target: {types: closed}\n"),
    (ON, "merge_group: {types: [checks_requested]}\n"),
    (ON, "schedule:\n  - cron: '0 0 * * 1-5'\n  - cron: '*/15 4,5 1 JAN MON'\n    timezone: Europe/Berlin\n"),
    (ON, "repository_dispatch:\n  types: [anything]\n"),
    (ON, "workflow_run:\n  workflows: [CI]\n  types: [completed]\n  branches: [main]\n"),
    (ON, "workflow_dispatch:\n"),
    (
        ON,
        "workflow_dispatch:\n  inputs:\n    a:\n      description: b\n"
        "      required: true\n      default: c\n",
    ),
    (
        ON,
        "workflow_dispatch:\n  inputs:\n    a: {type: choice, options: [b, c], default: b}\n"
        "    d: {type: boolean}\n",
    ),
    (ON, "workflow_dispatch:\n  inputs:\n    a: {type: environment}\n    b: {type: number, default: 5}\n"),
    (ON, "workflow_call:\n"),
    (
        ON,
        "workflow_call:\n  inputs:\n    a: {type: string, default: '${{ github.ref }}'}\n"
        "  secrets:\n    b:\n    c: {required: true}\n",
    ),
    (ON, "workflow_call:\n  outputs:\n    a:\n      value: ${{ jobs.a.outputs.b }}\n"),
    (ON, "release: {types: [published]}\nissues:\nfork:\ngollum:\nstatus:\npage_build:\n"),
    (ON, "image_version: {names: [a], versions: [1.*], types: [ready]}\n"),
    (JOB, "name: a ${{ matrix.b }}\nstrategy: {matrix: {b: [1]}}\n"),
    (JOB, "if: always() && github.ref == 'refs/heads/main'\n"),
    (JOB, "if: ${{ failure() }}\n"),
    (JOB, "if: true\n"),
    (JOB, "if:\n"),
    (JOB, "timeout-minutes: 5.5\n"),
    (JOB, "timeout-minutes: ${{ fromJSON(vars.T) }}\n"),
    (JOB, "continue-on-error: ${{ github.ref == 'a' }}\n"),
    (JOB, "cancel-timeout-minutes: 5\n"),
    (
        JOB,
        "strategy:\n  fail-fast: false\n  max-parallel: 2\n  matrix:\n    os: [a, b]\n    include:\n"
        "      - os: a\n        x: {y: [1]}\n    exclude:\n      - os: b\n",
    ),
    (JOB, "strategy:\n  matrix: ${{ fromJSON(vars.M) }}\n"),
    (JOB, "strategy: ${{ fromJSON(vars.S) }}\n"),
    (JOB, "strategy:\n  matrix:\n    os: ${{ fromJSON(vars.OS) }}\n"),
    (JOB, "strategy:\n  matrix:\n    a: [[1, 2], {b: c}, null, true, 1.5]\n"),
    (JOB, "container: node:22\n"),
    (JOB, "container: ${{ matrix.image }}\nstrategy: {matrix: {image: [a]}}\n"),
    (
        JOB,
        "container:\n  image: a\n  env: {A: '${{ secrets.B }}'}\n  ports: [80, '81:82']\n"
        "  volumes: [a:/b]\n  options: --cpus 1\n",
    ),
    (
        JOB,
        "container:\n  image: a\n  credentials:\n    username: ${{ github.actor }}\n"
        "    password: ${{ secrets.P }}\n",
    ),
    (JOB, "container: ''\n"),
    (JOB, "services: ${{ fromJSON(vars.S) }}\n"),
    (JOB, "services:\n  redis: redis:7\n  other: ${{ vars.IMAGE }}\n"),
    (JOB, "services: {}\n"),
    (JOB, "env:\n  A: ${{ matrix.b }}${{ secrets.C }}\nstrategy: {matrix: {b: [1]}}\n"),
    (JOB, "outputs:\n  a: ${{ steps.b.outputs.c }}\n".replace("steps.b", "steps.make")),
    (JOB, "environment: production\n"),
    (JOB, "environment:\n  name: ${{ vars.E }}\n  url: ${{ steps.make.outputs.url }}\n  deployment: false\n"),
    (JOB, "snapshot: my-image\n"),
    (JOB, "snapshot:\n  image-name: a\n  version: 1.*\n  if: github.ref == 'a'\n"),
    (JOB, "permissions: {contents: write}\n"),
    (JOB, "concurrency: {group: 'a', cancel-in-progress: true}\n"),
    (
        JOB,
        "defaults: {run: {shell: '${{ matrix.shell }}', working-directory: '${{ env.D }}'}}\n"
        "strategy: {matrix: {shell: [bash]}}\n",
    ),
    (JOB, "cache-mode: none\n"),
    (
        WHOLE,
        f"on: push\n{_RUNS}  b:\n    needs: a\n    runs-on: x\n    steps: []\n"
        "  c:\n    needs: [a, b]\n    runs-on: x\n    steps: []\n",
    ),
    (CALL, "with:\n  a: 1\n  b: ${{ github.ref }}\n  c: true\n"),
    (CALL, "secrets: inherit\n"),
    (CALL, "secrets:\n  a: ${{ secrets.B }}\n"),
    (
        CALL,
        "name: a\nif: github.ref == 'a'\npermissions: read-all\n"
        "concurrency: b\nstrategy: {matrix: {c: [1]}}\n",
    ),
    (WHOLE, "on: push\njobs:\n  a:\n    uses: $/.github/workflows/b.yml\n"),
    (STEP, "- run: make\n- uses: actions/checkout@v5\n- uses: ./\n- uses: docker://alpine:3\n"),
    (
        STEP,
        "- run: |\n    echo ${{ github.ref }}\n    echo '${{ env.A }}'\n"
        "  shell: bash -x {0}\n  working-directory: a\n",
    ),
    (STEP, "- run: make\n  env: {A: '${{ secrets.B }}', C: 1}\n  id: d\n  name: 5\n"),
    (STEP, "- run: ''\n"),
    (STEP, "- run: 5\n"),
    (
        STEP,
        "- run: make\n  continue-on-error: ${{ github.ref == 'a' }}\n"
        "  timeout-minutes: ${{ fromJSON('5') }}\n",
    ),
    (STEP, "- uses: b/c@v1\n  with: {d: 1, e: true, f: '', g: '${{ secrets.H }}'}\n"),
    (STEP, "- uses: b/c/d/e@0123456789012345678901234567890123456789\n  with:\n    f: |\n      g\n"),
    (
        STEP,
        "- run: a\n  id: b\n  background: true\n- wait: b\n- wait: [b]\n"
        "- cancel: b\n- wait-all:\n- wait-all: true\n",
    ),
    (STEP, "- parallel:\n    - run: a\n    - uses: b/c@v1\n      id: d\n"),
    (
        STEP,
        "- run: a\n  if: success() || failure()\n- run: b\n  if: ${{ !cancelled() }}\n"
        "- run: c\n  if: hashFiles('a') != ''\n",
    ),
    (
        STEP,
        "- run: echo ${{ format('{0} {{1}}', 'a') }} ${{ toJSON(github) }} ${{ github['ref'] }}\n",
    ),
    (STEP, "- run: echo ${{ 'it''s }}' }} ${{ 1.5e3 }} ${{ 0xff }} ${{ null }} ${{ true && 'a' || 'b' }}\n"),
    (STEP, "- run: a\n  shell: ${{ 'bash' }}\n"),
    (SERVICE, "image: redis:7\ncommand: --save ''\nentrypoint: redis-server\n"),
    (
        SERVICE,
        "image: redis:7\nports: [6379, '6379:6379', 6379/tcp]\nvolumes: [a:/b]\n"
        "options: --health-cmd a\nenv: {A: b}\n",
    ),
    (SERVICE, "image: ${{ matrix.image }}\n".replace("matrix.image", "vars.IMAGE")),
    (SERVICE, "image: a\ncredentials: {username: a, password: '${{ secrets.P }}'}\n"),
)

CASES = tuple(_case(number, base, text) for number, (base, text) in enumerate((*_BAD, *_GOOD)))
