"""What `simulator generate` writes: one module a format, each a stream that never holds the whole."""
