"""Filter, sort and page over any rows: text is compiled once, then compared many times."""
