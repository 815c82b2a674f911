"""The client of the GroqCloud API and its dialect: it knows no model, no setting and no framework."""
