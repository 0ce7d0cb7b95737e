"""``python -m jipkit`` is ``jip``."""

from jipkit.cli import main

if __name__ == "__main__":
    main()
