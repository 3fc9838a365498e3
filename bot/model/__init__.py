"""The OpenAI-compatible client: time limits, retries, spending, and the local model."""
