"""Cases from self-assessment to proposal, ratings and scores."""
