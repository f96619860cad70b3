"""The devices on which people learn, as their browsers and apps name themselves."""

import numpy as np

from samples.plan import Plan

EXTENSION = "https://lms.example.org/xapi/extensions/user-agent"
# One text for each kind of device.
USER_AGENTS = {
    "desktop": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/128.0",
    "phone": "Mozilla/5.0 (Linux; Android 14; Example One) Chrome/126 Mobile Safari",
    "tablet": "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
    "app_offline": "ExampleLearn/4.2 (Android 14; offline player)",
    "unknown": "ExamplePlayer/1.0",
}
KINDS = tuple(USER_AGENTS)
SHARES = (0.5, 0.3, 0.08, 0.07, 0.05)
NAMED_SHARE = 0.5  # of enrolments


def draw_devices(plan: Plan, size: int) -> np.ndarray:
    """Return the device of each enrolment, an index in KINDS; -1 for none named."""
    rng = plan.stream("devices")
    device = rng.choice(len(KINDS), size, p=SHARES)
    return np.where(rng.random(size) < NAMED_SHARE, device, -1)
