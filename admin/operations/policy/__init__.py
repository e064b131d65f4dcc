"""Policy versions, parameters and scorecards."""
