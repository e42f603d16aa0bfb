"""Pages of scores and of the rubric."""
