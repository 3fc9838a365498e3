"""The program as it is installed: one package of its own name that carries adapters, bot and knowledge."""
