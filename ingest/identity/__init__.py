"""Who is who: keys, pseudonyms, the vault of names, links."""
