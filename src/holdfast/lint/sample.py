"""Workflow texts for rules' examples, so that each example shows only what matters."""

from __future__ import annotations

IMAGE = "redis:8.2-alpine"
PROBE = 'options: --health-cmd "redis-cli -e ping" --health-interval 1s --health-retries 30'
PORTS = 'ports: ["6379:6379"]'


def service(
    *lines: str, image: str = IMAGE, name: str = "redis", steps: str = "make test", job: str = ""
) -> str:
    """A job with one service, its further lines, and one step."""
    return "".join(
        (
            "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n",
            _indented(job, 4),
            f"    services:\n      {name}:\n        image: {image}\n",
            _indented("\n".join(lines), 8),
            f"    steps:\n      - run: {steps}\n"
            if "\n" not in steps
            else f"    steps:\n{_indented(steps, 6)}",
        )
    )


def redis(*lines: str, steps: str = "make test", job: str = "", image: str = IMAGE) -> str:
    """A job with a published, probed Redis."""
    return service(*lines, PORTS, PROBE, steps=steps, job=job, image=image)


def script(*lines: str, job: str = "", step: str = "") -> str:
    """A job with one step that runs some lines."""
    head = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 10\n"
    body = "".join(f"          {line}\n" for line in lines)
    return f"{head}{_indented(job, 4)}    steps:\n      - run: |\n{body}{_indented(step, 8)}"


def _indented(text: str, width: int) -> str:
    return "".join(f"{' ' * width}{line}\n" for line in text.splitlines())
