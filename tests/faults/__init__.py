"""What a ledger file lives through: other programs, other processes, kills, full disks."""
