"""Where the reports of a campaign lie."""

FOLDER = "reports"  # in the folder of the campaign; `digitize erase` deletes it
