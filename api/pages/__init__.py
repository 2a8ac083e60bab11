"""Reader pages: HTML without a script, each with its twin in JSON."""
