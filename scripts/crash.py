"""Kill the server again and again and see whether anything was lost or doubled (promises 1 to 4)."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.crash import CrashRun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="kills")
    parser.add_argument("--servers", type=int, default=1, help="servers on the one database")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run = CrashRun(Path(folder), rounds=arguments.rounds, seed=arguments.seed, servers=arguments.servers)
        outcome = run.run()
        print(
            f"{outcome.rounds} kills, {outcome.customers} customers, {outcome.messages} messages "
            f"({outcome.acknowledged} acknowledged, {outcome.backfilled} found by comparison), "
            f"{outcome.resumed} sends taken up again"
        )
        for problem in outcome.problems[:50]:
            print("PROBLEM", problem)
        if outcome.problems:
            for server in run.servers:
                print(server.log_end())
    print("nothing lost, nothing doubled" if not outcome.problems else f"{len(outcome.problems)} problems")
    return bool(outcome.problems)


if __name__ == "__main__":
    sys.exit(main())
