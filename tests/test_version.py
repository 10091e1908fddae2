import re
import subprocess
import sys

from app import version


def test_a_checkout_knows_its_commit():
    assert re.fullmatch(r"\d+\.\d+\.\d+ \((unknown|[0-9a-f]{7,40}(-dirty)?)\)", version.describe())


def test_what_a_build_wrote_comes_first(tmp_path, monkeypatch):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "COMMIT").write_text("abc1234\n")
    monkeypatch.setattr(version, "_PACKAGE", tmp_path / "app")
    assert version.commit.__wrapped__() == "abc1234"


def test_an_installation_inside_another_repository_is_not_that_repository(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    installed = tmp_path / "lib" / "site-packages" / "app"
    installed.mkdir(parents=True)
    monkeypatch.setattr(version, "_PACKAGE", installed)
    assert version.commit.__wrapped__() == "unknown"


def test_importing_it_runs_nothing():
    code = "import subprocess; subprocess.run = None; import app.version"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
