"""What stops a suite before it can say anything about the platform."""


class Fault(Exception):
    """A part, a program or a server that is not there; the text says which and what to do."""
