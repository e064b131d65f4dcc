"""Appeals, objections and the panel."""
