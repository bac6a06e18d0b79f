"""Grows random trees of processes that open a file, execute programs and end. Usage: ancestors.py FOLDER SEED SECONDS"""
import os, random, shutil, sys, time

folder, seed = sys.argv[1], int(sys.argv[2])
NAMES = "one", "two", "three", "four"
MAX_DEPTH = 5
file = folder + "/read"


def act(depth, end, seed):
    """One process: opens the file, and now and then forks, executes itself under another name or ends before its children."""
    random.seed(seed)
    children = 0
    while time.monotonic() < end:
        for _ in range(random.randrange(10, 100)):
            os.close(os.open(file, os.O_RDONLY))
        choice = random.randrange(10)
        if choice < 3 and depth < MAX_DEPTH and children < 3:
            children += 1
            if os.fork() == 0:
                act(depth + 1, end, seed * 31 + children)
                os._exit(0)
        elif choice < 6:
            name = random.choice(NAMES)
            os.execv(folder + "/" + name, [folder + "/" + name, __file__, folder, str(random.randrange(1 << 30)), "act", str(depth), str(end)])
        elif choice == 6 and depth > 1:
            os._exit(0)
        time.sleep(random.random() * 0.02)
        while children:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
                children -= 1
            except ChildProcessError:
                children = 0


if sys.argv[3] == "act":
    act(int(sys.argv[4]), float(sys.argv[5]), seed)
else:
    for name in NAMES:
        shutil.copy(os.path.realpath(sys.executable), folder + "/" + name)
    random.seed(seed)
    end = time.monotonic() + float(sys.argv[3])
    while time.monotonic() < end:
        if os.fork() == 0:
            act(1, min(end, time.monotonic() + 1), random.randrange(1 << 30))
            os._exit(0)
        time.sleep(0.3)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
