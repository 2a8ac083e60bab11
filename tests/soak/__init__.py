"""Long runs against the real server: kills, load, scale."""
