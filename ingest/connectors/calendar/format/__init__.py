"""What the connectors of calendars share: expanded series and planned sessions."""
