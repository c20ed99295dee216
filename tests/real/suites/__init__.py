"""One module or package a suite. Each has PARTS (what it needs) and run(bench, checks)."""
