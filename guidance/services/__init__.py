"""What is written about plans, tasks, campaigns, meetings, trainings and profiles."""
