"""What both façades share of HTTP: reading requests strictly, operations as data, documents made from them."""
