"""What people ask of recordings, transcripts and speech."""
