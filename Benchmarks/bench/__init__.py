"""The benchmark: distsh beside its peers, row by row, and its cost over a range of sizes. Run it with scripts/bench."""
