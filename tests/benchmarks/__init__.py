"""What the portal takes, beside what the same rows and bytes take without it; measured in one run."""
