"""Long work outside the turn: started from the outbox, run by any worker, answered by an event of the conversation."""
