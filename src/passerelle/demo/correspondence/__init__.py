"""What is written in the demonstration: ordinary letters, odd ones, and those of the scenes."""
