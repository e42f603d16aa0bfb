"""Reading plans, tasks, campaigns, meetings, trainings and profiles."""
