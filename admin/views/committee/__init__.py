"""The committee: seats, meetings, ballots, determinations."""
