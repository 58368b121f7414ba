"""What going through a Redis manager costs: operations a second beside the bare client, with a control.

`python bench/redis_managers.py [rounds]` prints, for each manager, the median over the rounds (200 unless given) of the
bare client's time divided by the manager's (1.00: no cost; the goal is 0.97), and the same of two bare clients.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from managers.managers import MANAGERS, driver
from support.servers import Server, running

OPERATIONS = 200


def measured(manager: str, rounds: int) -> tuple[float, float]:
    """(bare against manager, bare against bare), medians of ratios of times."""
    with running(Server.REDIS_8_0) as redis, tempfile.TemporaryDirectory() as scratch:
        url = f"{redis.url}/0"
        with driver(manager, Path(scratch)) as program:
            program.connected(url)
            answer = program.ask("pairs", patience=600, url=url, count=rounds, times=OPERATIONS)
    found = answer["rounds"]
    return median(one["bare"] / one["manager"] for one in found), median(
        one["bare"] / one["control"] for one in found
    )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for manager in MANAGERS:
        through, control = measured(manager, rounds)
        print(f"{manager:<14} {through:.3f}x of the bare client, control {control:.3f}x ({rounds} rounds)")


if __name__ == "__main__":
    main()
