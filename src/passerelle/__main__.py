"""`python -m passerelle` is the same as the `passerelle` command."""

from passerelle.commands.main import main

if __name__ == "__main__":
    main()
