"""The website: built once, looked at as files, and read in a browser."""
