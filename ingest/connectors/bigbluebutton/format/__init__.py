"""What the connectors of BigBlueButton share: meetings, participants and times."""
