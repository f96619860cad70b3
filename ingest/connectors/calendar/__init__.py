"""Connectors of calendars: iCalendar files, Google Calendar and Microsoft Graph."""
