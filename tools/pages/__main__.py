"""`python -m tools.pages`: writes the pages of docs/ that are made from the source."""

import os
import sys

import django

os.environ["PASSERELLE_LANGUAGE"] = "en"  # the French is looked up, text by text
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.site.settings")


def main() -> int:
    django.setup()  # the commands read Django's settings when they are imported
    from tools.pages import PAGES

    for file, made in PAGES.items():
        file.write_text(made(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
