"""Whether a machine has Redis' programs when a step calls them."""

from __future__ import annotations

import re

from holdfast.lint.workflow import Step


def may_bring_redis(step: Step, text: str) -> bool:
    """Whether this step, of which `text` is the script, or an earlier one may bring Redis' programs to the machine."""
    for earlier in step.job.steps:
        if earlier.index > step.index:
            break
        if earlier.uses is not None and not _WITHOUT.match(earlier.uses.value):
            return True
        own = text if earlier.index == step.index else earlier.run.value if earlier.run else ""
        if re.search(
            r"install|apt|brew|setup|bootstrap|deps|\bnix\b|\bmake\b|which "
            r"redis|command -v|type redis|alias|\.sh\b|ln -s|PATH",
            own,
        ) and (earlier.index < step.index or re.search(r"redis|valkey", own)):
            if re.search(
                r"redis|valkey|\.sh\b|\bmake\b|setup|bootstrap|deps|nix|PATH",
                own.replace("redis-cli", "") if earlier.index == step.index else own,
            ):
                return True
            if re.search(r"\b(apt|apt-get|brew)\b[^\n]*(\$|xargs|Aptfile|Brewfile|bundle)", own):
                return True  # names that stand elsewhere
            if re.search(r"which|command -v|type|alias", own):
                return True
    return False


# Actions that install a language and its packages, and no Redis.
_WITHOUT = re.compile(
    r"(actions|docker|codecov|astral-sh|actions-rs|dtolnay|Swatinem|oven-sh|denoland|erlef)/"
    r"|ruby/setup-ruby@|pnpm/action-setup@|shivammathur/setup-php@|golangci/golangci-lint-action@",
    re.IGNORECASE,
)


def run_here(text: str, at: int) -> bool:
    """Whether the word is run as a program on the machine, not named, printed or run in a container."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if "#" in line or re.search(
        r"\b(docker|compose|podman|kubectl|echo|printf|ssh|cat|grep|which|hash)\b", line
    ):
        return False
    return bool(
        re.search(
            r"(^|[;&|({`'\"!]|\$\(|\b(do|then|else|until|while|if|sudo|exec|time|timeout\s+\S+))\s*$", line
        )
    )


def tolerated(text: str, at: int) -> bool:
    """Whether a failure of the command at a place is let pass on its line."""
    line = text[at : (text.find("\n", at) + 1 or len(text) + 1) - 1]
    return bool(re.search(r"\|\|\s*(true|:|echo)", line))
