"""What is done with sound itself: decoding, cutting, joining, encoding, waveforms. Knows no model and no setting."""
