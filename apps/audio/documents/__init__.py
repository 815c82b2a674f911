"""The text of a transcript: stitched, edited, compared, exported. Plain data in and out."""
