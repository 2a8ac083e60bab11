"""What several test folders share: a desk at work, bodies to record, random ledgers."""
