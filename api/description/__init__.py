"""The parts of the interface's description (OpenAPI 3.1) that every operation shares."""
