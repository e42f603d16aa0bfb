"""Forms of plans, draws, inspections and findings."""
