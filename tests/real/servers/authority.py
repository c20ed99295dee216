"""A certificate authority for one run, made with openssl."""

import subprocess
import tempfile
from pathlib import Path

from fault import Fault

CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(*arguments):
    try:
        done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True)
    except FileNotFoundError:
        raise Fault("openssl is not in PATH") from None
    if done.returncode:
        raise Fault(f"openssl {arguments[0]} failed: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


class Authority:
    """`<folder>/ca.crt`, and certificates that it signs."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.certificate = self.folder / "ca.crt"
        self.key = self.folder / "ca.key"
        openssl("req", "-x509", *CURVE, "-days", 30, "-subj", "/CN=test-ca", "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, alternatives):
        """Key and certificate files for `alternatives`, such as `DNS:localhost` or `IP:127.0.0.1`."""
        key, certificate = self.folder / f"{name}.key", self.folder / f"{name}.crt"
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as extension:
            extension.write("subjectAltName=" + ",".join(alternatives))
            extension.flush()
            request = self.folder / f"{name}.csr"
            openssl("req", *CURVE, "-subj", f"/CN={name[:60]}", "-keyout", key, "-out", request)
            openssl(
                "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial",
                "-days", 30, "-extfile", extension.name, "-out", certificate,
            )
        return key, certificate
