"""The one exception that a command turns into one clear line on stderr and exit 2."""


class Problem(Exception):
    """Bad input or a wrong setting, said in one line with its mend. Holds nothing personal."""
