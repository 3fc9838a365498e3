"""The store: consultations, inboxes and outboxes in Redis, given or embedded."""
