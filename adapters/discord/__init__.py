"""Discord: its wire, its limits and its manners, and nothing else."""
