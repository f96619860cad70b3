"""Pull statements from an LRS: pages, cursors and credentials."""
