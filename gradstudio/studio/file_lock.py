"""A lock of an open file, by which other processes see that this one lives; the system gives it up when it ends."""

from __future__ import annotations

import errno
import os
import sys

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # where a byte is locked, so that all of the file can still be read

    def lock(handle: int, is_shared: bool = False) -> bool | None:
        """Lock an open file until it is closed, and say whether that worked: False if somebody else has it, None on a
        disk without locks. is_shared: others may do so, too (not on Windows). Raises OSError."""
        at = os.lseek(handle, 0, os.SEEK_CUR)
        try:
            os.lseek(handle, _FAR, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, at, os.SEEK_SET)
        return True

else:
    import fcntl

    _NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)

    def lock(handle: int, is_shared: bool = False) -> bool | None:
        """Lock an open file until it is closed, and say whether that worked: False if somebody else has it, None on a
        disk without locks. is_shared: others may do so, too (not on Windows). Raises OSError."""
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            return None
        return True
