"""What every feature stands on: home, calendar, audit, jobs, reference data."""
