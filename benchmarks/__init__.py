"""Measurements of Stemma beside the programs that it is compared with."""
