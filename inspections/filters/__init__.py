"""List filters of plans, draws, inspections and findings."""
