"""A witness of other newsrooms' logs: it cosigns a log's checkpoints as long as the log only grows."""
