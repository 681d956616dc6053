"""What really happened to the sales that clients sent, beside what the clients were told."""
