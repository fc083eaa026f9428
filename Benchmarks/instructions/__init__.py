"""Instruction counts of the hot paths, and the thresholds that they are held to. Run it with scripts/instructions."""
