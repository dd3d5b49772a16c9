"""A home of its own for each process of the tests, before anything reads the settings.

A plugin (`-p tests.home`), because pytest-django loads the settings before any conftest.py: there
it would be too late, and the tests would use the key file of a Passerelle that runs here.
"""

import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="passerelle-tests-")
os.environ["PASSERELLE_HOME"] = HOME
os.environ["PASSERELLE_ALLOW_LOOPBACK_SERVERS"] = "true"  # servers of tests are on it


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(HOME, ignore_errors=True)
