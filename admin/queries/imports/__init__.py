"""Files of HR that are read in."""
