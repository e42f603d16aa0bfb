"""Pages of plans, draws, inspections and findings."""
