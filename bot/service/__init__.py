"""The running service: intake, worker, outbox, jobs, pages."""
