"""One module or package a suite.

PROGRAMS and PARTS are what it needs of the machine and of `parts/`, `fetch_generated(root, lakehelm)` makes the parts that only generated
files name, `before(root, lakehelm)` is what it does while registries can be reached. `scenarios(brief)` are its scenarios: name to
a function that takes bench and checks. BRIEFLY says what `--brief` leaves out.
"""
