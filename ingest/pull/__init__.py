"""Pull statements from LRSs and reports from vendors, with one HTTP client."""
