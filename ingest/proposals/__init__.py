"""What Tandem proposes about programmes from what is landed; a person confirms it."""
