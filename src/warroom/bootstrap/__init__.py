"""Opens a data folder and wires the use cases to their adapters; the only room that knows every one of them."""
