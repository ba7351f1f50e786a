"""The wall: what a program that has taken its worker over can still do, tried in real workers. It should be nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile import TAKEN_OVER, Captive
from inbox import until

from gradstudio.worker import start
from gradstudio.worker.lockdown import is_isolated
from gradstudio.worker.lockdown.limits import WRITTEN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these are Linux's layers")

SECRET = "a-token-of-the-user"


@pytest.fixture(scope="module")
def captive() -> Iterator[Captive]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(start, "_START", TAKEN_OVER)
        patch.setenv("GRADSTUDIO_SECRET", SECRET)
        patch.setenv("OMP_NUM_THREADS", SECRET)
        made = Captive()
        made.ask("found = 0")
        if not is_isolated(made.client.layers):
            made.client.close()
            pytest.skip("this system has no seccomp: isolation is limits only")
        yield made
        made.client.close()


ATTEMPTS = {
    "read": "open(secret).read()",
    "read by number": "os.open(secret, os.O_RDONLY)",
    "read memory": "open('/proc/self/mem', 'rb')",
    "read its environment": "open('/proc/self/environ', 'rb').read()",
    "read the parent's environment": "open(f'/proc/{parent}/environ', 'rb').read()",
    "write": "open(folder + '/new', 'w')",
    "write here": "open('new', 'w')",
    "append": "open(secret, 'a')",
    "list": "os.listdir(folder)",
    "scan": "list(os.scandir('.'))",
    "look": "os.stat(secret)",
    "look at a link": "os.readlink('/proc/self/exe')",
    "go elsewhere": "os.chdir('/')",
    "make a folder": "os.mkdir(folder + '/new')",
    "remove": "os.unlink(secret)",
    "remove a folder": "os.rmdir(folder)",
    "rename": "os.rename(secret, secret + '.old')",
    "link": "os.link(secret, folder + '/link')",
    "link softly": "os.symlink(secret, folder + '/link')",
    "truncate": "os.truncate(secret, 0)",
    "change rights": "os.chmod(secret, 0o777)",
    "change the owner": "os.chown(secret, 0, 0)",
    "make a pipe": "os.mkfifo(folder + '/pipe')",
    "give it a time": "os.utime(secret)",
    "socket": "socket.socket()",
    "socket of this machine": "socket.socket(socket.AF_UNIX)",
    "netlink": "socket.socket(16, socket.SOCK_RAW)",
    "pair of sockets": "socket.socketpair()",
    "fork": "os.fork() or os._exit(0)",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "execute": "os.execv('/bin/true', ['true'])",
    "run": "subprocess.run(['/bin/true'])",
    "kill the parent": "os.kill(parent, signal.SIGTERM)",
    "signal the parent": "os.kill(parent, 0)",
    "signal a group": "os.killpg(parent, 0)",
    "signal all": "os.kill(-1, 0)",
    "hold the parent": "signal.pidfd_send_signal(os.pidfd_open(parent), 0)",
    "limits": "call(160, 9, ctypes.create_string_buffer(16))",
    "limits of the parent": "resource.prlimit(parent, resource.RLIMIT_NOFILE, (1, 1))",
    "file in memory": "os.memfd_create('x')",
    "pipe": "os.pipe()",
    "another number": "os.dup(0)",
    "wait for files": "select.epoll()",
    "be somebody else": "os.setuid(65534)",
    "be nice": "os.setpriority(os.PRIO_PROCESS, parent, 19)",
    "name the machine": "socket.sethostname('x')",
    "leave the session": "os.setsid()",
    "share memory": "call(29, 0, 4096, 0o1600)",
    "trace the parent": "call(101, 16, parent, 0, 0)",
    "read the parent": "call(310, parent, 0, 0, 0, 0, 0)",
    "write the parent": "call(311, parent, 0, 0, 0, 0, 0)",
    "descriptor of the parent": "call(438, 3, 0, 0)",
    "io_uring": "call(425, 1, ctypes.create_string_buffer(256))",
    "bpf": "call(321, 0, ctypes.create_string_buffer(256), 128)",
    "perf": "call(298, ctypes.create_string_buffer(256), 0, -1, -1, 0)",
    "userfaultfd": "call(323, 0)",
    "unshare": "call(272, 0x10000000)",
    "mount": "call(165, 0, 0, 0, 0, 0)",
    "keys": "call(250, 0, -3)",
    "modules": "call(175, 0, 0, 0)",
    "clone3": "call(435, ctypes.create_string_buffer(88), 88)",
    "clone": "call(56, 17, 0, 0, 0, 0)",
    "vfork": "call(58)",
    "open2": "call(437, -100, secret.encode(), ctypes.create_string_buffer(24), 24)",
    "by handle": "call(304, -100, ctypes.create_string_buffer(24), 0)",
    "the 32-bit numbers": "call(0x40000000 | 2, secret.encode(), 0)",
    "be dumped": "call(157, 4, 1, 0, 0, 0)",
    "outlive the parent": "call(157, 1, 0, 0, 0, 0)",
    "signals from a pipe": "call(72, 3, 8, parent)",
    "a command": "0 if os.system('true') == 0 else deny()",
}
"""The numbers are those of x86_64."""

TRY = """\
libc = ctypes.CDLL(None, use_errno=True)
def deny():
    raise PermissionError(1, "no")
def call(number, *arguments):
    libc.syscall.restype = ctypes.c_long
    if libc.syscall(ctypes.c_long(number), *arguments) == -1:
        raise OSError(ctypes.get_errno(), "no")
found = {}
for name, code in attempts.items():
    try:
        exec(code)
    except OSError as error:
        found[name] = error.errno
    except BaseException as error:
        found[name] = repr(error)
    else:
        found[name] = 0
"""


def test_nothing_outside_is_in_reach(captive: Captive, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    attempts = {k: v for k, v in ATTEMPTS.items() if os.uname().machine == "x86_64" or "call(" not in v}
    said = f"attempts = {attempts!r}; secret = {str(secret)!r}; folder = {str(tmp_path)!r}; parent = {os.getpid()}\n"
    found = captive.ask(said + TRY)

    assert found == {name: 38 if name == "clone3" else 1 for name in attempts}  # ENOSYS, EPERM
    assert secret.read_text() == SECRET
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_nothing_of_the_users_environment_is_there(captive: Captive) -> None:
    found = captive.ask("found = dict(os.environ), sys.path, sys.argv, os.environb[b'OMP_NUM_THREADS'].decode()")
    seen = Path(f"/proc/{captive.client._pair.worker.pid}/environ").read_text()  # type: ignore[union-attr]

    assert found[0].keys() == {"LC_ALL", *start.THREADS}
    assert SECRET not in repr(found)
    assert SECRET not in seen
    assert found[1].count("") == 0


def test_computing_and_failing_still_work(captive: Captive) -> None:
    found = captive.ask("""
import numpy as np, faulthandler, traceback
done = []
thread = threading.Thread(target=lambda: done.append(1)); thread.start(); thread.join()
try:
    1 / 0
except ZeroDivisionError:
    told = "ZeroDivisionError" in traceback.format_exc()
a = np.random.default_rng(0).normal(size=(200, 200))
time.sleep(0.001)
os.urandom(4)
found = done, told, float(np.linalg.svd(a)[1][0]) > 0, len(np.ones(10**7) * 2), time.time() > 0, os.cpu_count() is None
""")

    assert found[:5] == [[1], True, True, 10**7, True]


def test_the_disk_cannot_be_filled(captive: Captive) -> None:
    found = captive.ask("""
found = []
for place in range(4096):
    try:
        os.lseek(place, 0, 2)
        for _ in range(64):
            os.write(place, b"x" * (1 << 20))
    except OSError as error:
        if error.errno not in (9, 29):
            found.append(error.errno)
    else:
        found.append(0)
""")
    notes = captive.client._pair.worker._notes  # type: ignore[union-attr]

    assert [code for code in found if code] == [27]  # EFBIG; writing to the null device comes to nothing
    assert os.fstat(notes._file.fileno()).st_size <= WRITTEN
    assert notes.place() == (0, 0, 0)


def test_what_it_is_told_to_be_named_stays_a_number(captive: Captive) -> None:
    captive.ask("""
runner._whereabouts._file.seek(0)
runner._whereabouts._file.write(b'File "<program>", line 99999999999999999999 Timeout File "<program>", line 7; ' * 900)
found = 0
""")
    assert captive.client._pair.worker.place().line == 7  # type: ignore[union-attr]


def test_a_thread_that_was_there_before_is_shut_in_as_well(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("42")
    code = f"""
import sys; sys.path += {start.paths()!r}
import threading, os
from gradstudio.worker.lockdown import drop_rights
go, found = threading.Event(), []
def late():
    go.wait()
    try:
        found.append(open({str(secret)!r}).read())
    except PermissionError:
        found.append("denied")
thread = threading.Thread(target=late)
thread.start()
layers = drop_rights(1 << 30)
go.set()
thread.join()
print("seccomp" in layers, found)
"""
    found = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)
    if found.stdout.startswith("False"):
        pytest.skip("this system has no seccomp")

    assert found.stdout == "True ['denied']\n"


OWNER = """
import sys; sys.path += {paths!r}
from gradstudio.worker import start
start._START = {taken!r}
from hostile import Captive
from inbox import until
from gradstudio.worker.process import Process
captive = Captive()
captive.ask("found = 0")
until(lambda: captive.client._pair.spare is not None and captive.client._pair.spare.ready.is_set())
drawer = Process("draw", 0, lambda *_: None, lambda _: None)
captive.client.run("for n in range(1, 32): ctypes.CDLL(None).signal(n, 1)\\nwhile True: pass")
until(lambda: captive.client._has_started)
pair = captive.client._pair
print(pair.worker.pid, pair.spare.pid, drawer.pid, flush=True)
sys.stdin.read()
"""


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_no_process_and_no_folder_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    here = Path(__file__).resolve().parent
    places = [str(folder) for folder in (here.parent.parent, here.parent, here)]
    code = OWNER.format(paths=[*places, *start.paths()], taken=TAKEN_OVER)
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        children = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(children) == 3
        assert not any(map(gone, children))
        owner.kill()
        until(lambda: all(map(gone, children)))
    assert list(tmp_path.iterdir()) == []


def test_a_child_whose_parent_has_gone_does_not_begin() -> None:
    loading = f"import sys; sys.path += {start.paths()!r}; from gradstudio.worker.lockdown import follow"
    code = f"{loading}; follow(1 << 30); print(1)"
    found = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)

    assert (found.returncode, found.stdout) == (0, "")
