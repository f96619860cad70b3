"""Pull reports from Zoom, Microsoft Graph, Google Meet and BigBlueButton."""
