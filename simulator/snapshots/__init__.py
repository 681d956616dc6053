"""A world as a file, and back."""
