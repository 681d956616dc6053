"""Lists and maps whose forks share what they have in common."""
