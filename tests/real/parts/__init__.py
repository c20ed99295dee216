"""What suites need and no checkout holds: fetched or built once from package registries, into the cache folder."""
