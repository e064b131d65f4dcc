"""Simulated years: whole centres live through the portal's own doors, and the laws of a lawful year are held against the rows."""
