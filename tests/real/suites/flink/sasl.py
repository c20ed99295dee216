"""Who does not sign in to Fluss is refused."""

from suites import fluss_client
from suites.checks import Failed, expect

REFUSED = "The connection has not completed authentication yet."


def prove(node, checks):
    with checks.that("a client of Fluss that does not sign in is refused"):
        try:
            fluss_client.call(node, "tables", "bronze")
        except Failed as failure:
            expect(REFUSED in str(failure), str(failure)[-3000:])
        else:
            raise Failed("it was let in")
