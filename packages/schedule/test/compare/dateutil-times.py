"""Reads rules from standard input, a JSON object a line, and answers with the first times python-dateutil finds, a JSON array a line."""

import json
import sys
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr

for line in sys.stdin:
    question = json.loads(line)
    rule = rrulestr("DTSTART:%s\nRRULE:%s" % (question["start"].rstrip("Z"), question["rule"].replace("Z;", ";").rstrip("Z")))
    last = datetime.fromisoformat(question["last"])
    times = []
    for time in rule:
        if time > last or len(times) >= question["count"]:
            break
        times.append(time.isoformat())
    print(json.dumps(times), flush=True)
