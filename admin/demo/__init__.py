"""The demo centre: people made up by a generator, carried to a running notice by the real operations."""
