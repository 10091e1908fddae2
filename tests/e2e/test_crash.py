"""A few rounds of `scripts/crash`: kill -9 under a stream of webhooks loses nothing and doubles nothing."""

from pathlib import Path

from tests.support.crash import CrashRun


def test_killed_again_and_again_nothing_is_lost_or_doubled(tmp_path: Path):
    outcome = CrashRun(tmp_path, rounds=2, seed=7, servers=1, say=lambda _: None, forked=True).run()
    assert not outcome.problems, "\n".join(outcome.problems)
    assert outcome.acknowledged > 0
