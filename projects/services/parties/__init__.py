"""Organizations, their roles on projects, their people and what these sign."""
