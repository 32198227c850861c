"""Pictures that are the same picture: perceptual hashes and the index that finds near ones."""
