"""A fence around a process: the few folders that it may read or write, and nobody else whom it may harm.

Linux has one that needs neither root nor a package: Landlock. A process shuts itself in, and with it all that it starts,
for ever. There is none on macOS, and none in a kernel that is older than 5.13 or was built without it.
"""
import ctypes
import os
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446            # numbers of system calls: the same on every machine
VERSION, PATH_BENEATH = 1, 1
DUMPABLE, SUBREAPER, NO_NEW_PRIVILEGES = 4, 36, 38                 # of prctl
CAPABILITIES_3 = 0x20080522

EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
ALL = (1 << 13) - 1                # every access to files that the first version knows
MOVE, TRUNCATE = 1 << 13, 1 << 14  # since versions 2 and 3
OF_FILES = EXECUTE | WRITE | READ | TRUNCATE
SOCKETS_AND_SIGNALS = 3            # since version 6: to no process outside

libc = ctypes.CDLL(None, use_errno=True)


def version():
    """Of the fence that this system has; 0 if it has none."""
    if not sys.platform.startswith("linux"):
        return 0
    return max(0, libc.syscall(CREATE_RULESET, None, 0, VERSION))


def shut_in(readable, writable):
    """From now on this process, and what it starts, reads and executes below these paths alone, and writes below those.

    It can't look into a process outside, nor send it a signal (since version 6, Linux 6.12). It has no rights of root.
    What it starts can't look into this process, either. Raises OSError where there is no fence.
    """
    handled = ALL | (MOVE if version() >= 2 else 0) | (TRUNCATE if version() >= 3 else 0)
    rules = struct.pack("QQQ", handled, 0, SOCKETS_AND_SIGNALS if version() >= 6 else 0)
    ruleset = done(libc.syscall(CREATE_RULESET, rules, 24 if version() >= 6 else 8, 0))
    for paths, access in (readable, READ | EXECUTE | LIST), (writable, handled):
        for path in filter(os.path.exists, paths):
            number = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = access & handled & (-1 if os.path.isdir(path) else OF_FILES)
            done(libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", allowed, number), 0))
            os.close(number)
    done(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    done(libc.syscall(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    done(libc.capset(struct.pack("Ii", CAPABILITIES_3, 0), bytes(24)))
    done(libc.prctl(DUMPABLE, 0, 0, 0, 0))


def adopt():
    """Whoever loses its parent below this process becomes its child, and can be found and ended. (Linux.)"""
    if sys.platform.startswith("linux"):
        done(libc.prctl(SUBREAPER, 1, 0, 0, 0))


def done(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
