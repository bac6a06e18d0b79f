"""Performs random but reproducible opens and connects, including evasion attempts. Usage: workload.py FOLDER SEED COUNT"""
import ctypes, os, random, socket, sys

folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(seed)
libc = ctypes.CDLL(None)
os.makedirs(folder + "/d", exist_ok=True)
os.chdir(folder)
for name, target in (("etc", "/etc"), ("secret", "/etc/shadow"), ("up", ".."), ("log", "/var/log/syslog")):
    if not os.path.islink(name):
        os.symlink(target, name)

PATHS = ["/etc/shadow", "/etc/pam.d/common-auth", "/etc/sudoers", "/etc/passwd", "/etc/hostname", "/usr/bin/cat", "/tmp/x",
         "/root/.ssh/id_rsa", "/home/u/.ssh/id_rsa", "/dev/null", "/proc/self/environ", "/proc/1/environ", "/var/log/syslog",
         "/etc/ld.so.preload", "/no/such/file", "/etc/cron.d/none", folder + "/d/new", folder + "/d/release_agent",
         folder + "/d/.bashrc", folder + "/d/authorized_keys", folder + "/secret", folder + "/etc/shadow",
         folder + "/etc/pam.d/common-auth", folder + "/up/../etc/shadow", "secret", "etc/shadow", "d/new", "./d/../secret",
         folder + "/log"]
FLAGS = [os.O_RDONLY] * 6 + [os.O_WRONLY, os.O_RDWR, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_RDONLY | os.O_DIRECTORY, os.O_PATH]
SAFE = os.O_RDONLY, os.O_RDONLY | os.O_DIRECTORY, os.O_PATH


def obfuscate(path):
    way = random.randrange(8)
    if way == 0:
        return path.replace("/", "//", 1)
    if way == 1 and path.startswith("/etc"):
        return "/usr/.." + path
    if way == 2 and path.startswith("/"):
        return "../" * 12 + path[1:]
    if way == 3 and path.startswith("/"):
        return "/proc/self/root" + path
    if way == 4 and path.startswith("/"):
        return "/." + path
    return path


def attempt(action, *arguments, **options):
    try:
        return action(*arguments, **options)
    except OSError:
        return None


def open_path():
    path = random.choice(PATHS)
    flags = random.choice(FLAGS)
    if flags not in SAFE and "/d/" not in path and not path.startswith("d/") and path != "/dev/null":
        flags = os.O_RDONLY
    if flags == os.O_PATH | os.O_DIRECTORY:
        flags = os.O_PATH
    fd = attempt(os.open, obfuscate(path), flags, random.choice([0o644, 0o755]))
    if fd is not None:
        os.close(fd)


def open_relative():
    directory = attempt(os.open, random.choice(["/etc", "/", "/usr", folder]), os.O_RDONLY | os.O_DIRECTORY)
    fd = attempt(os.open, random.choice(["shadow", "etc/shadow", "../etc/shadow", "./pam.d/common-auth", "d/new"]), os.O_RDONLY,
                 dir_fd=directory)
    for each in (directory, fd):
        if each is not None:
            os.close(each)


def connect():
    family = random.choice([socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
    with socket.socket(family, random.choice([socket.SOCK_STREAM, socket.SOCK_DGRAM])) as s:
        s.setblocking(False)
        to = {socket.AF_INET: (random.choice(["127.0.0.1", "127.0.0.2"]), random.choice([1, 22, 53, 80, 443])),
              socket.AF_INET6: ("::1", random.choice([1, 22, 80])), socket.AF_UNIX: folder + "/d/no-socket"}[family]
        attempt(s.connect, to)


def rename_process():
    libc.prctl(15, random.choice([b"cat", b"sshd", b"systemd", b"nginx", b"python3"]), 0, 0, 0)


def link():
    for action in (os.link, os.symlink):
        attempt(action, random.choice(["/etc/shadow", "/etc", "/root", folder + "/d"]), folder + "/d/link")
        attempt(os.unlink, folder + "/d/link")


def change_directory():
    os.chdir(random.choice(["/", "/etc", "/usr", folder]))


def duplicate_fd():
    attempt(os.dup2, 1, random.choice([50, 51]))


def fork():
    next_seed = random.randrange(1 << 30)  # the child must not repeat the parent's numbers
    pid = os.fork()
    if pid == 0:
        random.seed(next_seed)
        open_path()
        open_relative()
        os._exit(0)
    os.waitpid(pid, 0)


ACTIONS = [open_path] * 10 + [open_relative] * 3 + [connect] * 3 + [rename_process, link, change_directory, duplicate_fd, fork]
for _ in range(count):
    random.choice(ACTIONS)()
