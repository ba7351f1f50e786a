"""The command line: every command works without a display, and says what is wrong in one line."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Run one command; gives the exit status: 0 for ok, 1 for a program that failed, 2 for a wrong call."""
    from gradstudio.cli.commands import app
    from gradstudio.cli.terminal import Refusal, make_safe, one_line

    make_safe()
    try:
        try:
            app(args=arguments, prog_name="gradstudio")
        finally:
            sys.stdout.flush()  # here, where a reader that has gone or a full disk can still be told
    except Refusal as refusal:
        print(f"gradstudio: {one_line(str(refusal))}", file=sys.stderr)
        return 2
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 2
    except KeyboardInterrupt:
        print("gradstudio: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone; say nothing more, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:  # standard output is a full disk, for example
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        why = one_line(error.strerror or str(error)).lower()
        print(f"gradstudio: not all could be printed: {why}", file=sys.stderr)
        return 2
    return 0
