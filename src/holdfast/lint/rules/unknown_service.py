"""Services and published ports that do not exist.

`job.services` holds the job's services by their names, and `ports` their published ports by the container's
own port: `6380:6379` is read as `ports['6379']`, and `6379/tcp` without its protocol. Anything else is
null.

Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#job-context (2026-11);
actions/runner, ContainerOperationProvider.cs (2026-11).
"""

from __future__ import annotations

from holdfast.finding import Group, Severity
from holdfast.lint.rule import Example, WalkRule


class UnknownService(WalkRule):
    id = "unknown-service"
    group = Group.EXPRESSION
    severity = Severity.WARNING
    examples = (
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: redis:8\n"
                "        ports: ['6379:6379/tcp']\n"
                "    steps:\n"
                "      - run: echo ${{ job.services.«rediss».ports['6379'] }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: redis:8\n"
                "        ports: ['6379:6379/tcp']\n"
                "    steps:\n"
                "      - run: echo ${{ job.services.redis.ports['6379'] }}\n"
            ),
        ),
        Example(
            bad=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: redis:8\n"
                "        ports: ['6379:6379/tcp']\n"
                "    steps:\n"
                "      - run: echo ${{ job.services.redis.ports[«6380»] }}\n"
            ),
            good=(
                "jobs:\n"
                "  test:\n"
                "    runs-on: ubuntu-24.04\n"
                "    services:\n"
                "      redis:\n"
                "        image: redis:8\n"
                "        ports: ['6379:6379/tcp']\n"
                "    steps:\n"
                "      - run: echo ${{ job.services.redis.ports[6379] }}\n"
            ),
        ),
    )
    allows = (
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    services:\n"
            "      redis:\n"
            "        image: redis:8\n"
            "        ports: ['6379:6379/tcp']\n"
            "    steps:\n"
            "      - run: echo ${{ job.services.redis.ports[6379] }} ${{ job.services['redis'].id }}\n"
        ),
        (
            "jobs:\n"
            "  test:\n"
            "    runs-on: ubuntu-24.04\n"
            "    services: ${{ fromJSON(vars.S) }}\n"
            "    steps:\n"
            "      - run: echo ${{ job.services.x.ports[1] }}\n"
        ),
    )
