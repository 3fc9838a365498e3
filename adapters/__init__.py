"""One folder a platform: its wire, its limits, its manners, nothing else."""
