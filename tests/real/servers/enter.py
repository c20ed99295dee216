#!/usr/bin/env python3
"""enter.py SPEC: becomes a process that sees what a container sees; SPEC is JSON, see servers/pod.py and parts/image.py.

Root file system: that of the image, with the programs of the machine (/usr, /etc) where the image's own would be.
Network, host name, mounts and IPC of its own. Runs as root until the last step.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET = 0x20000, 0x4000000, 0x8000000, 0x40000000
PR_SET_PDEATHSIG = 1
MACHINE = ("/usr", "/etc", "/dev", "/proc", "/sys")
LIBC = ctypes.CDLL(None, use_errno=True)


def main(spec):
    parent = os.getppid()
    flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | (CLONE_NEWNET if spec["network"] else 0)
    if LIBC.unshare(flags):
        sys.exit(f"enter: no namespaces: {os.strerror(ctypes.get_errno())}; run as root")
    run("mount", "--make-rprivate", "/")
    if spec["network"]:
        connect(parent, **spec["network"])
        name = spec["hostname"].encode()
        LIBC.sethostname(name, len(name))
    written, root = root_file_system(spec["scratch"], spec["image"])
    for folder in spec["owned"]:
        own(Path(root + folder), spec["uid"], spec["gid"])
    for source, target, mode in spec["mounts"]:
        mount(source, root + target, mode)
    if spec["keep"]:
        keep(spec, written, root)
    become(spec, root)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"enter: {' '.join(command)}: {done.stderr.strip()}")


def connect(parent, address, bridge, link):
    """One end of a cable in this namespace, the other on the bridge of the run's."""
    run("ip", "link", "add", "eth0", "type", "veth", "peer", "name", link, "netns", str(parent))
    run("nsenter", "-t", str(parent), "-n", "ip", "link", "set", link, "master", bridge, "up")
    run("ip", "address", "add", address, "dev", "eth0")
    for interface in ("lo", "eth0"):
        run("ip", "link", "set", interface, "up")


def root_file_system(scratch, image):
    """The folder that takes what is written, and the root. Both vanish with the last process of the namespace."""
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", scratch)
    written, work, root = (os.path.join(scratch, name) for name in ("written", "work", "root"))
    for folder in (written, work, root):
        os.mkdir(folder)
    lower = f"lowerdir={image},upperdir={written},workdir={work}"
    run("mount", "-t", "overlay", "overlay", "-o", lower, root)
    for folder in MACHINE:
        os.makedirs(root + folder, exist_ok=True)
        run("mount", "--rbind", folder, root + folder)
    for name in ("bin", "lib", "lib64", "sbin"):
        os.symlink(f"usr/{name}", f"{root}/{name}")
    os.mkdir(f"{root}/tmp")
    run("mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", f"{root}/tmp")
    return written, root


def mount(source, target, mode):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    elif not os.path.exists(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    run("mount", "--bind", source, target)
    if mode == "ro":
        run("mount", "-o", "remount,bind,ro", target)


def keep(spec, written, root):
    """Waits for the command and copies what it wrote."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        shutil.copytree(Path(written) / "opt", Path(spec["keep"]) / "opt", symlinks=True, dirs_exist_ok=True)
        sys.exit(code)


def become(spec, root):
    os.chroot(root)
    os.chdir(spec["directory"])
    if spec["readonly"]:
        run("mount", "-o", "remount,ro", "/")
    os.setgroups(spec["groups"])
    os.setgid(spec["gid"])
    os.setuid(spec["uid"])
    # A change of the user clears it, so it comes last.
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        os.execvpe(spec["command"][0], spec["command"], spec["environment"])
    except OSError as fault:
        sys.exit(f"enter: {spec['command'][0]}: {fault.strerror}")


def own(folder, user, group):
    """The folder and what lies directly in it belong to the user of the image."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (folder, *folder.iterdir()):
        os.chown(path, user, group, follow_symlinks=False)


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
