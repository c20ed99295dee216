"""A network namespace of the run's own: no port is taken, nobody else sees a server, addresses of Services are local."""

import ctypes
import fcntl
import os
import socket
import struct

from fault import Fault

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFFLAGS = 0x8916, 0x891C, 0x8914
IFF_UP = 1
# Addresses of Services. The whole range is local once one address of it is, as with 127.0.0.0/8.
SERVICES, SERVICES_MASK = "10.96.0.1", "255.255.0.0"


def enter():
    """Moves this process and all that it starts into a new network namespace with a loopback interface."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET if user == 0 else CLONE_NEWUSER | CLONE_NEWNET):
        why = os.strerror(ctypes.get_errno())
        raise Fault(f"no network namespace: {why}; run as root, or allow user namespaces (kernel.unprivileged_userns_clone)")
    if user:
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", f"0 {user} 1")
        write("/proc/self/gid_map", f"0 {group} 1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
        fcntl.ioctl(control, SIOCSIFADDR, request(b"lo:0", SERVICES))
        fcntl.ioctl(control, SIOCSIFNETMASK, request(b"lo:0", SERVICES_MASK))


def request(interface, address):
    return struct.pack("16sHH4s8x", interface, socket.AF_INET, 0, socket.inet_aton(address))


def write(file, text):
    with open(file, "w") as stream:
        stream.write(text)


def free_ports(count):
    """Ports that nothing listens on; held together until all are chosen, so that they differ."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in held]
    for listener in held:
        listener.close()
    return ports
