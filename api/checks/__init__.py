"""What verification looks at beside the stored bytes: records, the map, checkpoints, receipts, and copies elsewhere."""
