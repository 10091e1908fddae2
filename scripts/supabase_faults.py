"""Drop, cut and delay the REST interface's replies at random under webhooks and batches; is anything lost or doubled?

Real server processes with nothing but SUPABASE_URL and SUPABASE_KEY, signed webhooks delivered once, twice or never,
scheduled and requested batches. With POSTGREST_BIN a real PostgREST serves, else the tests' own.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.support.dropped import DroppedReplies


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0.1, help="share of the calls that meet a fault")
    parser.add_argument("--servers", type=int, default=2, help="servers on the one project")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    print(f"seed {given.seed}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run = DroppedReplies(
            Path(folder), messages=given.messages, rate=given.rate, seed=given.seed, servers=given.servers
        )
        outcome = run.run()
        met = ", ".join(f"{count} {fault}" for fault, count in sorted(run.project.faults.met.items()))
        print(
            f"{outcome.messages} messages of {outcome.customers} customers ({outcome.acknowledged} acknowledged, "
            f"{outcome.backfilled} found by comparison), {run.project.calls} calls, faults: {met}"
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
