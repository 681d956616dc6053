"""What was asked of a world and what came of it: kept for a while, to be searched and shown. Knows no HTTP framework."""
