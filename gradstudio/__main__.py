"""The `gradstudio` command and `python -m gradstudio`: open the window, or hand over to the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Run with sys.argv; gives the exit status.

    Opening a file skips the parsing of commands, so that the window comes up without waiting for it.
    """
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and _is_file_name(arguments[0])):
        from gradstudio.cli.opening import open_window

        return open_window(arguments[0] if arguments else None)
    from gradstudio.cli import main as command_line

    return command_line(arguments)


def _is_file_name(argument: str) -> bool:
    return not argument.startswith("-") and (argument.endswith((".grad", ".py")) or "/" in argument or "\\" in argument)


if __name__ == "__main__":
    sys.exit(main())
