"""Produces alerts with many different causes. Usage: alert_storm.py reads NUMBER | programs NUMBER FOLDER

reads: opens NUMBER different files below /etc, which do not exist, through paths that climb out of a directory.
programs: runs NUMBER differently named programs in FOLDER, which is below /dev/shm.
"""

import os
import shutil
import sys


def reads(number):
    for index in range(number):
        try:
            os.close(os.open("/tmp/../../etc/storm%d" % index, os.O_RDONLY))
        except FileNotFoundError:
            pass


def programs(number, folder):
    first = os.path.join(folder, "program")
    shutil.copy("/bin/true", first)
    for index in range(number):
        name = "%s%d" % (first, index)
        os.link(first, name)
        os.waitpid(os.posix_spawn(name, [name], {}), 0)


if sys.argv[1] == "reads":
    reads(int(sys.argv[2]))
else:
    programs(int(sys.argv[2]), sys.argv[3])
