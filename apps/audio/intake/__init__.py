"""The way in: pieces of files, recorders and links, until they are a Recording or refused."""
