"""What a grade brings beside pay: courses, honours, candidates, the centre's duties."""
