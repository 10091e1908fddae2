from tests.cli.conftest import hilo  # noqa: F401 - the command as people use it
