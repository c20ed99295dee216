"""A SparkApplication of the platform from its main file to its end."""

from pathlib import Path

from servers import object_storage
from suites.checks import expect


def upload(node, name):
    """Puts the main file where the application names it; it lies here under the same name."""
    main = node.object("SparkApplication", "spark", name)["spec"]["mainApplicationFile"]
    object_storage.put(node, main.removeprefix("s3a://"), Path(__file__).with_name(Path(main).name))


def run(node, name):
    """What the driver printed."""
    pod = node.pod("spark", name).start()
    code = pod.ended(900)
    output = pod.log()
    expect(code == 0 and "the job is done" in output, lambda: pod.tail(60))
    pod.stop()
    return output
