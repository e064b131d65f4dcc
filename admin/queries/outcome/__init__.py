"""What a result leads to: check, notice, document, grade file, adjustment."""
