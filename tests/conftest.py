"""A home of its own for the tests, before Django's settings are read."""

import os
import tempfile

os.environ.setdefault("PASSERELLE_HOME", tempfile.mkdtemp(prefix="passerelle-tests-"))
