"""`make docs`: the site of docs/ in build/manual, which opens from the disk without any network.

A broken link, a page that is in no section or lacks its French ends it with status 1.
"""

import sys

from tools.steps import ROOT, Step, run_shown

BUILD = Step("docs", ["python", "-m", "properdocs", "build", "--strict", "--clean", "--quiet"])


def main() -> int:
    done = run_shown(BUILD)
    if not done.good:
        return 1
    print(f"The site is in {ROOT / 'build' / 'manual'}; open index.html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
