VERSION = "0.1.0"  # of the library and the service; pyproject.toml has the same
